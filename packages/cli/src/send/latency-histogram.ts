/** Below this, every millisecond has a bucket of its own. */
const EXACT = 128;
/** Above it, buckets grow by this factor: quantiles are at most 1 % off. */
const GROWTH = 1.02;

/** Counts durations in buckets, so that quantiles of any number of them take bounded memory. */
export class LatencyHistogram {
  readonly #buckets: number[] = [];
  #count = 0;

  /** @param milliseconds - negative counts as 0, which a clock that was set back can give */
  record(milliseconds: number): void {
    const index = bucketOf(Math.max(0, milliseconds));
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count++;
  }

  /**
   * The duration that a share of all durations does not exceed; undefined where there are none.
   *
   * @param share - in [0, 1]: 0.5 for the median
   */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    let remaining = Math.max(1, Math.ceil(share * this.#count));
    for (const [index, amount] of this.#buckets.entries()) {
      remaining -= amount ?? 0;
      if (remaining <= 0) return valueOf(index);
    }
    return undefined;
  }
}

function bucketOf(milliseconds: number): number {
  if (milliseconds < EXACT) return Math.round(milliseconds);
  return EXACT + Math.round(Math.log(milliseconds / EXACT) / Math.log(GROWTH));
}

function valueOf(index: number): number {
  return index < EXACT ? index : Math.round(EXACT * GROWTH ** (index - EXACT));
}
