import type { LaneIdentity, Outbox, Settlement, StoredDelivery } from '@dest/core';
import type { SteadyClock } from './steady-clock';
import { SteadyTimes } from './steady-times';

/** How often, and for how long, the outbox is asked for replays that were announced: they come by and by. */
const LOOK_EVERY_MS = 500;
const EXPECT_FOR_MS = 30_000;

export interface ReplayFeedOptions {
  readonly lane: LaneIdentity;
  readonly outbox: Outbox;
  readonly clock: SteadyClock;
  /** How many to read ahead. */
  readonly capacity: number;
}

/** The dead letters of a lane that are delivered again: a bounded number of them is held, in any order. */
export class ReplayFeed {
  readonly #options: ReplayFeedOptions;
  readonly #times: SteadyTimes;
  #waiting: StoredDelivery[] = [];
  /** Ids of what is under way, or done and not yet noted by the outbox, which would hand it out again. */
  readonly #underWay = new Set<string>();
  /** What the outbox dropped since it was asked last. */
  #gone = new Set<string>();
  /** What it dropped while it was under way. */
  readonly #dropped = new Set<string>();
  /** How often it dropped all. */
  #clearings = 0;
  #lookAt = 0;
  #expectUntil = 0;
  /** When one that waits for a retry is due. */
  #retryAt = Infinity;

  constructor(options: ReplayFeedOptions) {
    this.#options = options;
    this.#times = new SteadyTimes(options.clock);
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** When to look again, by the steady clock. */
  get nextDueAt(): number | undefined {
    return this.#lookAt === Infinity ? undefined : this.#lookAt;
  }

  /** Nothing is held, under way or known to wait. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#underWay.size === 0 && this.#retryAt === Infinity;
  }

  /** Says that replays may be on their way. */
  expect(): void {
    const now = this.#options.clock.now();
    this.#expectUntil = now + EXPECT_FOR_MS;
    this.#lookAt = now;
  }

  /** Makes everything due that waits for its time. */
  release(): void {
    this.#times.release();
    if (this.#retryAt < Infinity) this.#lookAt = this.#options.clock.now();
  }

  /** Reads some where none is held. Rejects where the outbox does, and can be called again. Nothing is taken meanwhile. */
  async fill(): Promise<void> {
    const { lane, outbox, clock, capacity } = this.#options;
    if (this.#waiting.length > 0 || clock.now() < this.#lookAt) return;
    const limit = capacity + this.#underWay.size;
    // Also what is noted, or dropped, before the answer comes: that may be from before.
    const known = new Set(this.#underWay);
    this.#gone = new Set();
    const clearings = this.#clearings;
    const before = { lookAt: this.#lookAt, retryAt: this.#retryAt };
    this.#lookAt = this.#retryAt = Infinity;
    let read: readonly StoredDelivery[];
    try {
      read = await outbox.readReplays(lane, limit);
    } catch (error) {
      this.#lookAt = Math.min(this.#lookAt, before.lookAt);
      this.#retryAt = Math.min(this.#retryAt, before.retryAt);
      throw error;
    }
    const now = clock.now();
    if (read.length > 0) this.#expectUntil = now + EXPECT_FOR_MS;
    if (clearings === this.#clearings) {
      for (const delivery of read)
        if (!known.has(delivery.id) && !this.#gone.has(delivery.id)) this.#add(delivery, now);
    }
    const nextLookAt = now < this.#expectUntil ? now + LOOK_EVERY_MS : Infinity;
    this.#lookAt = Math.min(this.#lookAt, this.#retryAt, read.length >= limit ? now : nextLookAt);
  }

  /** Takes the next ones under way. */
  take(maxItems: number, maxBytes: number): readonly StoredDelivery[] {
    const batch: StoredDelivery[] = [];
    let bytes = 0;
    for (const delivery of this.#waiting) {
      if (batch.length > 0 && (batch.length >= maxItems || bytes + delivery.bytes > maxBytes || delivery.crashes > 0))
        break;
      batch.push(delivery);
      bytes += delivery.bytes;
      if (delivery.crashes > 0) break;
    }
    this.#waiting.splice(0, batch.length);
    for (const { id } of batch) this.#underWay.add(id);
    return batch;
  }

  /** Lets go of nothing yet: as long as the outbox doesn't know what became of them, it would hand them out again. */
  settled(settlements: readonly Settlement[]): ReadonlySet<string> {
    const ids = settlements.map(({ delivery }) => delivery.id);
    return new Set(ids.filter((id) => this.#dropped.delete(id)));
  }

  /** Lets go of a batch that the outbox has noted; retries have their time by the steady clock. */
  noted(settlements: readonly Settlement[]): void {
    for (const { delivery, outcome } of settlements) {
      this.#underWay.delete(delivery.id);
      if (outcome.status === 'retry') this.#lookAgainAt(outcome.dueAt);
    }
  }

  /** Whether the outbox dropped one since it was taken. */
  isOutdated(id: string): boolean {
    return this.#dropped.has(id);
  }

  /** Lets go of a batch that could not be tried: the outbox hands it out again. */
  notTried(batch: readonly StoredDelivery[], dueAt: number): void {
    for (const { id } of batch) {
      this.#underWay.delete(id);
      this.#dropped.delete(id);
    }
    this.#lookAgainAt(dueAt);
  }

  /** Forgets what the outbox dropped. */
  drop(ids: ReadonlySet<string>): void {
    this.#waiting = this.#waiting.filter(({ id }) => !ids.has(id));
    for (const id of ids) {
      this.#gone.add(id);
      if (this.#underWay.has(id)) this.#dropped.add(id);
    }
  }

  /** Forgets all that waits here: the outbox dropped the lane. */
  clear(): void {
    this.#waiting = [];
    this.#clearings++;
    for (const id of this.#underWay) this.#dropped.add(id);
  }

  #add(delivery: StoredDelivery, now: number): void {
    const { clock } = this.#options;
    const dueAt = this.#times.dueAt(delivery);
    if (dueAt <= now) this.#waiting.push({ ...delivery, waitingSince: clock.sinceWall(delivery.waitingSince) });
    else this.#retryAt = Math.min(this.#retryAt, dueAt);
  }

  #lookAgainAt(dueAt: number): void {
    this.#retryAt = Math.min(this.#retryAt, dueAt);
    this.#lookAt = Math.min(this.#lookAt, dueAt);
  }
}
