import type { DeliveryOptions, Failure } from '@dest/core';
import { backoffDelay } from './backoff';
import type { CallOutcome } from './call-destination';

/** How soon, and at most how seldom, a paused destination is tried again. */
const PROBE = { initialDelayMs: 30_000, maxDelayMs: 300_000 };

/** What the outcomes of calls tell about a destination as a whole: when it may be tried, and how boldly. */
export class DestinationHealth {
  readonly #retry: DeliveryOptions['retry'];
  #failuresInARow = 0;
  #blockedUntil = 0;
  #paused = false;
  #failedAt = -Infinity;
  #lastFailure: Failure | undefined;

  constructor(retry: DeliveryOptions['retry']) {
    this.#retry = retry;
  }

  /** True after a ConfigurationError, until a call works again. */
  get paused(): boolean {
    return this.#paused;
  }

  /** True after a failure: one call probes, the others follow when it works. */
  get probing(): boolean {
    return this.#failuresInARow > 0;
  }

  /** When it may be tried again, in milliseconds since the epoch. */
  get blockedUntil(): number {
    return this.#blockedUntil;
  }

  get lastFailure(): Failure | undefined {
    return this.#lastFailure;
  }

  /**
   * Takes note of the outcomes of one call. Calls that were under way when one failed tell no more than that one did.
   *
   * @param startedAt - when the call began
   * @param random - uniform in [0, 1)
   */
  note(outcomes: readonly CallOutcome[], startedAt: number, now: number, random: number): void {
    const failures = outcomes.filter((outcome) => outcome !== undefined);
    const whole = failures.filter(({ scope }) => scope === 'destination');
    this.#lastFailure = failures.at(-1) ?? this.#lastFailure;
    if (whole.length === 0) {
      // Whoever answers for an item, even by refusing it, is there.
      this.#failuresInARow = 0;
      this.#paused = false;
      return;
    }
    const paused = whole.some(({ retry }) => retry === 'configuration');
    const asked = Math.max(...whole.map(({ retryAfterMs }) => retryAfterMs ?? 0));
    const isNews = startedAt > this.#failedAt || this.#failuresInARow === 0 || paused !== this.#paused;
    if (isNews) this.#failuresInARow++;
    this.#failedAt = now;
    this.#paused = paused;
    // A probe is not a competition: at least half of its delay passes.
    const [bounds, part] = paused ? [PROBE, 0.5 + random / 2] : [this.#retry, random];
    const blockedUntil = now + backoffDelay(this.#failuresInARow, bounds, part, asked);
    this.#blockedUntil = isNews ? blockedUntil : Math.max(this.#blockedUntil, blockedUntil);
  }
}
