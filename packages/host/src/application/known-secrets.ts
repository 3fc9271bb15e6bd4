import type { Application } from './application';
import type { FetchedSecrets } from './fetched-secrets';
import { redactor, type Redact } from './redactor';
import { secretValues } from './secret-values';

/**
 * The secrets of every configuration that a host had, and the tokens that were fetched: what began by an earlier one may
 * still tell its secrets.
 */
export class KnownSecrets {
  readonly #secrets = new Set<string>();
  readonly #fetched: FetchedSecrets;
  #redact: Redact = redactor([]);

  constructor(fetched: FetchedSecrets) {
    this.#fetched = fetched;
  }

  learn({ configuration, registry }: Application): void {
    const known = this.#secrets.size;
    for (const secret of secretValues(configuration, registry)) this.#secrets.add(secret);
    if (this.#secrets.size > known) this.#redact = redactor(this.#secrets);
  }

  /** Takes them out of a text, in every form that they may have in one. */
  redact(text: string): string {
    return this.#fetched.redact(this.#redact(text));
  }
}
