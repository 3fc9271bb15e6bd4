import type { Clock } from '@dest/core';

/** So many are told in a window; the rest of it is counted. */
const TOLD = 20;
const WINDOW_MS = 60_000;

/** Keeps a log from being flooded by what may happen for every line of an input. */
export class BurstLimit {
  readonly #clock: Clock;
  readonly #tellSkipped: (amount: number) => void;
  #windowEnd = Number.NEGATIVE_INFINITY;
  #told = 0;
  #skipped = 0;

  /** @param tellSkipped - is told at the end of a window how many were left out */
  constructor(clock: Clock, tellSkipped: (amount: number) => void) {
    this.#clock = clock;
    this.#tellSkipped = tellSkipped;
  }

  /** Tells it, or counts it. */
  tell(run: () => void): void {
    const now = this.#clock.now();
    // A clock that was set back must not hold the next window off.
    if (now >= this.#windowEnd || now < this.#windowEnd - WINDOW_MS) {
      this.flush();
      this.#windowEnd = now + WINDOW_MS;
      this.#told = 0;
    }
    if (this.#told >= TOLD) {
      this.#skipped++;
      return;
    }
    this.#told++;
    run();
  }

  /** Says how many were left out so far, if any were. */
  flush(): void {
    if (this.#skipped > 0) this.#tellSkipped(this.#skipped);
    this.#skipped = 0;
  }
}
