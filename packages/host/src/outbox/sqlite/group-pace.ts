/** How much a new group counts for an average. */
const WEIGHT = 0.1;

/** From one group to the next the highest number of callers is forgotten by this factor. */
const FADING = 0.99;

/**
 * How large groups should be. Callers who each wait for their append all come back at once, and the thread idles until they have
 * asked again. Where a commit takes less than that, they are better parted in two, so that one half is committed while the other
 * half is answered; apart they stay. Pure.
 */
export class GroupPace {
  #outstanding = 0;
  #mostOutstanding = 0;
  #commitMs = 0;
  /** What this side does for one append, from its answer to the next time that its caller asks. */
  #turnMs = 0;

  /** How many appends go into one group. */
  get maxAppends(): number {
    const most = this.#mostOutstanding;
    return this.#commitMs > 0 && this.#commitMs <= this.#turnMs * most ? Math.max(1, Math.ceil(most / 2)) : Infinity;
  }

  /** Says that somebody waits for an append. */
  asked(): void {
    this.#outstanding++;
    this.#mostOutstanding = Math.max(this.#mostOutstanding, this.#outstanding);
  }

  /** Says that so many appends are answered, and how long their commit took, where there was one, in milliseconds. */
  answered(appends: number, commitMs: number | undefined): void {
    this.#outstanding -= appends;
    this.#mostOutstanding = Math.max(this.#outstanding, this.#mostOutstanding * FADING);
    if (commitMs !== undefined) this.#commitMs = follow(this.#commitMs, commitMs);
  }

  /** Says that the thread idled while this side was at work for so many milliseconds, until so many appends were asked for. */
  idled(workMs: number, appends: number): void {
    if (appends > 0) this.#turnMs = follow(this.#turnMs, workMs / appends);
  }
}

/** An average that a rare one many times as long, when the log is brought into the file, hardly changes. */
function follow(average: number, value: number): number {
  return average === 0 ? value : average + WEIGHT * (Math.min(value, average * 2) - average);
}
