import type { ThreadTime } from './protocol';

/** How much a new group counts for the average. */
const WEIGHT = 0.1;

/** From one group to the next the highest number of callers is forgotten by this factor. */
const FADING = 0.99;

/**
 * How large groups should be. Callers who each wait for their append all come back at once: where a commit is cheap beside
 * their work, they are better parted in two, so that one half is committed while the other half is answered. Pure.
 */
export class GroupPace {
  #outstanding = 0;
  #mostOutstanding = 0;
  #commitMs = 0;
  #workMs = 0;

  /** How many appends go into one group. */
  get maxAppends(): number {
    const most = this.#mostOutstanding;
    const isWorthwhile = this.#commitMs > 0 && this.#commitMs * 2 <= this.#workMs * most;
    return isWorthwhile ? Math.max(1, Math.ceil(most / 2)) : Infinity;
  }

  /** Says that somebody waits for an append. */
  asked(): void {
    this.#outstanding++;
    this.#mostOutstanding = Math.max(this.#mostOutstanding, this.#outstanding);
  }

  /** Says that so many appends are answered. */
  answered(appends: number): void {
    this.#outstanding -= appends;
    this.#mostOutstanding = Math.max(this.#outstanding, this.#mostOutstanding * FADING);
  }

  /** Says how long a group took that had so many appends and settlements. */
  took({ commitMs, workMs }: ThreadTime, operations: number): void {
    if (operations === 0) return;
    this.#commitMs = follow(this.#commitMs, commitMs);
    this.#workMs = follow(this.#workMs, workMs / operations);
  }
}

/** An average that a rare one many times as long, when the log is brought into the file, hardly changes. */
function follow(average: number, value: number): number {
  return average === 0 ? value : average + WEIGHT * (Math.min(value, average * 2) - average);
}
