export interface RateLimit {
  /** How many come back in a second; may be a fraction. */
  readonly perSecond: number;
  /** How many there are at most, at least 1. */
  readonly burst: number;
}

/** Part of a token that rounding may cost: what is nearer than this to a whole one is one. */
const ROUNDING = 1e-9;

/**
 * A token bucket, full at first: in any time of t seconds at most `burst + perSecond * t` are taken. Times are in
 * milliseconds and are the present of the caller; one that goes back adds nothing, and the bucket fills on from there.
 */
export class RateLimiter {
  readonly #perMillisecond: number;
  readonly #burst: number;
  #tokens: number;
  /** Up to when tokens have come back. */
  #filledAt = -Infinity;

  constructor({ perSecond, burst }: RateLimit) {
    this.#perMillisecond = perSecond / 1_000;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /**
   * How many tokens to wait for where so many are wanted: as many as there can be, but no more than come back in a second;
   * at least 1. Who takes each as it comes back gets them one by one.
   */
  worthwhile(wanted: number): number {
    return Math.max(1, Math.floor(Math.min(wanted, this.#burst, this.#perMillisecond * 1_000 + ROUNDING)));
  }

  /** How many whole tokens there are. */
  available(now: number): number {
    this.#fill(now);
    return Math.max(0, Math.floor(this.#tokens + ROUNDING));
  }

  /** @throws RangeError where there are fewer */
  take(count: number, now: number): void {
    const available = this.available(now);
    if (count > available) throw new RangeError(`${count} tokens were to be taken, there are ${available}.`);
    this.#tokens -= count;
  }

  /** Takes that many, also where they have yet to come back: until then there are none. Returns when they will have. */
  reserve(count: number, now: number): number {
    this.#fill(now);
    this.#tokens -= count;
    return now + Math.max(0, Math.ceil((-this.#tokens - ROUNDING) / this.#perMillisecond));
  }

  /** When that many will be there if none is taken meanwhile; for more than `burst`, when the bucket is full. */
  readyAt(count: number, now: number): number {
    this.#fill(now);
    const missing = Math.min(count, Math.floor(this.#burst)) - this.#tokens - ROUNDING;
    return missing <= 0 ? now : now + Math.ceil(missing / this.#perMillisecond);
  }

  #fill(now: number): void {
    if (now > this.#filledAt) {
      this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#perMillisecond);
    }
    this.#filledAt = now;
  }
}
