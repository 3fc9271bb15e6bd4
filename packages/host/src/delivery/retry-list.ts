import type { LaneIdentity, Outbox, StoredDelivery } from '@dest/core';
import { DueHeap } from './due-heap';
import type { SteadyClock } from './steady-clock';
import type { SteadyTimes } from './steady-times';

/** How many are held in memory; more wait in the outbox. */
const MAX_RETRIES = 10_000;

/** So many more may be held for a while, since they are sorted when some have to go. */
const SLACK = 1_000;

/** How soon the outbox is asked again for those that wait there alone: an answer is as long as the list. */
const LOOK_EVERY_MS = 1_000;

export interface RetryListOptions {
  readonly lane: LaneIdentity;
  readonly outbox: Outbox;
  readonly clock: SteadyClock;
  readonly times: SteadyTimes;
}

/**
 * What waits for a retry where order doesn't matter: a bounded number of them, those that are due first; the others wait in
 * the outbox alone. Times are those of the steady clock.
 */
export class RetryList {
  readonly #options: RetryListOptions;
  readonly #heap = new DueHeap();
  /** Ids of retries that are here, or were taken out and are not let go of yet. */
  readonly #known = new Set<string>();
  /** When those that wait in the outbox alone have to be looked at. */
  #parkedDueAt = Infinity;
  #notBefore = -Infinity;
  /** How often the outbox dropped the lane: what was read before is gone. */
  #clearings = 0;

  constructor(options: RetryListOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#heap.size === 0 && this.#parkedDueAt === Infinity;
  }

  /** When the outbox has to be asked. */
  get lookAt(): number {
    return Math.max(this.#parkedDueAt, this.#notBefore);
  }

  /** When the next one is due, or the outbox has to be asked; Infinity for never. */
  get nextDueAt(): number {
    return Math.min(this.#heap.nextDueAt ?? Infinity, this.lookAt);
  }

  /** Whether a retry is here, or was taken out and not let go of. */
  knows(id: string): boolean {
    return this.#known.has(id);
  }

  hold(delivery: StoredDelivery): void {
    this.#known.add(delivery.id);
    this.#heap.push(delivery);
    if (this.#heap.size <= MAX_RETRIES + SLACK) return;
    const latest = this.#heap.keepFirst(MAX_RETRIES);
    for (const { id } of latest) this.#known.delete(id);
    this.park(latest[0]!.dueAt);
  }

  /** Takes out what is due by then. */
  takeDue(until: number): StoredDelivery[] {
    const due: StoredDelivery[] = [];
    for (let next = this.#heap.popDue(until); next !== undefined; next = this.#heap.popDue(until)) due.push(next);
    return due;
  }

  /** Forgets one that was taken out. */
  letGo(id: string): void {
    this.#known.delete(id);
  }

  /** Forgets one, whether it is here or was taken out. Returns whether it was here. */
  remove(id: string): boolean {
    if (!this.#known.delete(id)) return false;
    const { size } = this.#heap;
    this.#heap.filter((delivery) => delivery.id !== id);
    return this.#heap.size < size;
  }

  /** Forgets those that are here. */
  drop(ids: ReadonlySet<string>): void {
    this.#heap.filter(({ id }) => {
      if (!ids.has(id)) return true;
      this.#known.delete(id);
      return false;
    });
  }

  /** Forgets them all: the outbox dropped the lane. */
  clear(): void {
    this.#clearings++;
    this.#heap.filter(() => false);
    this.#known.clear();
  }

  /** Says that one is due at a time that only the outbox holds. */
  park(dueAt: number): void {
    this.#parkedDueAt = Math.min(this.#parkedDueAt, dueAt);
  }

  /** Says that the outbox may hold some that are due: it is asked at once. */
  look(): void {
    this.#parkedDueAt = 0;
    this.#notBefore = -Infinity;
  }

  /**
   * Asks the outbox for those that wait there alone. Rejects where the outbox does, and can be called again.
   *
   * @param isKnown - whether more is known of one than what the outbox says
   */
  async read(isKnown: (delivery: StoredDelivery) => boolean): Promise<void> {
    const { lane, outbox, clock, times } = this.#options;
    const clearings = this.#clearings;
    // What is parked from now on is later than its answer.
    this.#parkedDueAt = Infinity;
    this.#notBefore = clock.now() + LOOK_EVERY_MS;
    let read: readonly StoredDelivery[];
    try {
      read = await outbox.readRetries(lane, MAX_RETRIES);
    } catch (error) {
      this.look();
      throw error;
    }
    if (clearings !== this.#clearings) return;
    for (const delivery of read) if (!isKnown(delivery)) this.hold(times.of(delivery));
    const last = read.at(-1);
    // Further ones wait behind the last of these.
    if (read.length >= MAX_RETRIES && last !== undefined) this.park(times.dueAt(last));
  }
}
