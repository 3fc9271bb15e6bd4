import { redactor, type Redact } from './redactor';

/** How many are remembered: tokens that came before so many others have long expired. */
const MAX_SECRETS = 500;

/** Secrets that stand in no configuration: tokens that were fetched while the host runs, the last of them. */
export class FetchedSecrets {
  readonly #secrets = new Set<string>();
  #redact: Redact = redactor([]);

  readonly learn = (secret: string): void => {
    // One that comes up again is in use, and the last to be forgotten.
    const isKnown = this.#secrets.delete(secret);
    this.#secrets.add(secret);
    if (isKnown) return;
    const [oldest] = this.#secrets;
    if (this.#secrets.size > MAX_SECRETS && oldest !== undefined) this.#secrets.delete(oldest);
    this.#redact = redactor(this.#secrets);
  };

  /** Takes them out of a text, in every form that they may have in one. */
  readonly redact: Redact = (text) => this.#redact(text);
}
