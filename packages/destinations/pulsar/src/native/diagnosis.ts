import { failureOf } from '@dest/core';

/** How long an answer holds. */
const ASK_EVERY_MS = 10_000;

/**
 * Asks the broker itself what is wrong where the client says `TimeOut` for everything: once, however many want to know, and
 * again only after a while.
 */
export class Diagnosis {
  readonly #ask: () => Promise<void>;
  #answer: Promise<unknown> | undefined;
  #askedAt = 0;
  #known: unknown;

  /** @param ask rejects with what is wrong */
  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
  }

  /** What somebody has to mend, as of the last answer; undefined where that is nothing. */
  get known(): unknown {
    return this.#known;
  }

  /** Resolves to what somebody has to mend, undefined where that is nothing. Never rejects. */
  async problem(): Promise<unknown> {
    const now = performance.now();
    if (this.#answer === undefined || now - this.#askedAt >= ASK_EVERY_MS) {
      this.#askedAt = now;
      this.#answer = this.#ask().then(
        () => undefined,
        (error: unknown) => (failureOf(error).retry === 'configuration' ? error : undefined),
      );
    }
    const answer = this.#answer;
    const problem = await answer;
    // Meanwhile something may have worked.
    if (this.#answer === answer) this.#known = problem;
    return problem;
  }

  /** Something works: whatever was wrong is over. */
  worked(): void {
    this.#answer = undefined;
    this.#known = undefined;
  }
}
