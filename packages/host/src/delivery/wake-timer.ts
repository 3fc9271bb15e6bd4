import type { Clock } from '@dest/core';

/** The longest time a timer takes: more overflows, and fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** One timer, set to the earliest of the times that were asked for. */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #at = Infinity;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** @param at - milliseconds since the epoch */
  set(at: number): void {
    if (at >= this.#at) return;
    this.#cancel();
    this.#at = at;
    const delayMs = Math.max(0, Math.min(at - this.#clock.now(), MAX_DELAY_MS));
    this.#cancel = this.#clock.schedule(delayMs, () => {
      this.#at = Infinity;
      this.#wake();
    });
  }

  clear(): void {
    this.#cancel();
    this.#at = Infinity;
  }
}
