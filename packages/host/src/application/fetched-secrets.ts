import { redactorOfForms, type Redact } from './redactor';
import { secretForms } from './secret-forms';

/** How many are remembered: tokens that came before so many others have long expired. */
const MAX_SECRETS = 500;

/** Secrets that stand in no configuration: tokens that were fetched while the host runs, the last of them. */
export class FetchedSecrets {
  readonly #forms = new Map<string, ReadonlySet<string>>();
  #redact: Redact = redactorOfForms([]);

  readonly learn = (secret: string): void => {
    const known = this.#forms.get(secret);
    // One that comes up again is in use, and the last to be forgotten.
    this.#forms.delete(secret);
    this.#forms.set(secret, known ?? secretForms(secret));
    if (known !== undefined) return;
    const [oldest] = this.#forms.keys();
    if (this.#forms.size > MAX_SECRETS && oldest !== undefined) this.#forms.delete(oldest);
    this.#redact = redactorOfForms(this.#forms.values());
  };

  /** Takes them out of a text, in every form that they may have in one. */
  readonly redact: Redact = (text) => this.#redact(text);
}
