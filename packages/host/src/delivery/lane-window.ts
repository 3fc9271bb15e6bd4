import type { LaneIdentity, Outbox, ReadOptions, Settlement, StoredDelivery } from '@dest/core';
import { DueHeap } from './due-heap';
import type { SteadyClock } from './steady-clock';
import { WaitingList } from './waiting-list';

/** How many times its least capacity a window may grow to, past what waits behind its key. */
const MAX_WIDENING = 20;

/** How many that wait for a retry are held in memory where order doesn't matter; more wait in the outbox. */
const MAX_LATER = 10_000;

/** Less than this between the steady clock and the wall's is not worth a copy of what was read. */
const CLOCKS_AGREE_MS = 1_000;

export interface LaneWindowOptions {
  readonly lane: LaneIdentity;
  readonly outbox: Outbox;
  readonly clock: SteadyClock;
  /** How many to read ahead; more where what was read can't be delivered yet. */
  readonly capacity: number;
  /** True where what waits for a retry holds others back, so that it has to be known. */
  readonly ordered: boolean;
}

/**
 * What a lane has read ahead from the outbox: bounded, however long its backlog. Its times are those of the steady clock.
 */
export class LaneWindow implements Iterable<StoredDelivery> {
  readonly #options: LaneWindowOptions;
  #capacity: number;
  readonly #waiting = new WaitingList();
  /** What waits for a retry, where order doesn't matter. */
  readonly #later = new DueHeap();
  /** Ids of retries that are held here: in `#later`, due, or under way. */
  readonly #heldRetries = new Set<string>();
  /** When what waits for a retry in the outbox alone has to be looked at. */
  #parkedDueAt: number;
  /** Wall time; what was put off until then is due. */
  #releasedAt = -Infinity;
  readonly #busyKeys = new Map<string, number>();
  readonly #underWay = new Set<string>();
  /** What happened to deliveries while they were under way, or being read: the outbox dropped them, or has a newer version. */
  readonly #gone = new Set<string>();
  readonly #newer = new Map<string, StoredDelivery>();
  #lastRead = 0;
  #unread = 0;
  #mayHaveMore = true;
  #filling = false;

  constructor(options: LaneWindowOptions) {
    this.#options = options;
    this.#capacity = options.capacity;
    this.#parkedDueAt = options.ordered ? Infinity : 0;
  }

  /** Keys of what is under way. */
  get busyKeys(): ReadonlyMap<string, number> {
    return this.#busyKeys;
  }

  /** How many wait and may be due, those included that were announced and not read yet. */
  get expected(): number {
    return this.#waiting.size + this.#unread;
  }

  /** Nothing waits and nothing is under way. */
  get isEmpty(): boolean {
    return (
      this.#waiting.size === 0 &&
      this.#later.size === 0 &&
      this.#underWay.size === 0 &&
      !this.#mayHaveMore &&
      this.#parkedDueAt === Infinity
    );
  }

  /** When the next of those is due that aren't in the iteration. */
  get nextDueAt(): number | undefined {
    const at = Math.min(this.#later.nextDueAt ?? Infinity, this.#parkedDueAt);
    return at === Infinity ? undefined : at;
  }

  /** In order of acceptance: what is due, and where order matters also what isn't. */
  [Symbol.iterator](): Iterator<StoredDelivery> {
    return this.#waiting[Symbol.iterator]();
  }

  /** Says that the outbox got one more. */
  appended(): void {
    this.#unread++;
    this.#mayHaveMore = true;
  }

  /** Reads ahead as far as there is room. Rejects where the outbox does, and can be called again. */
  async fill(): Promise<void> {
    const now = this.#options.clock.now();
    this.#filling = true;
    try {
      if (now >= this.#parkedDueAt) await this.#readRetries();
      await this.#readAhead();
    } finally {
      this.#filling = false;
      this.#forgetWhatCameMeanwhile();
    }
    this.#releaseDue(this.#options.clock.now());
  }

  /** Makes room to read past what waits behind its key. False where there is nothing more, or no more room. */
  widen(): boolean {
    const most = this.#options.capacity * MAX_WIDENING;
    if (!this.#mayHaveMore || this.#capacity >= most) return false;
    this.#capacity = Math.min(this.#capacity * 2, most);
    return true;
  }

  /** Takes a batch under way. */
  take(batch: readonly StoredDelivery[]): void {
    this.#waiting.take(batch);
    for (const { id, key } of batch) {
      this.#underWay.add(id);
      if (key !== undefined) this.#busyKeys.set(key, (this.#busyKeys.get(key) ?? 0) + 1);
    }
  }

  /** Takes back what is tried again, in its place, and lets go of the rest. Retries have their time by the steady clock. */
  settled(settlements: readonly Settlement[]): void {
    const returned: StoredDelivery[] = [];
    for (const { delivery, outcome } of settlements) {
      const { id } = delivery;
      this.#letGo(delivery);
      this.#heldRetries.delete(id);
      const newer = this.#newer.get(id);
      this.#newer.delete(id);
      if (this.#gone.delete(id)) continue;
      if (newer !== undefined) returned.push(newer);
      else if (outcome.status === 'retry') {
        // The process is still there: whatever crashed it was not this one.
        returned.push({ ...delivery, attempts: outcome.attempts, dueAt: outcome.dueAt, crashes: 0 });
      }
    }
    this.#takeBack(returned);
  }

  /** Says that a waiting delivery has a newer envelope: coalesced. */
  replaced(delivery: StoredDelivery): void {
    const { id, sequence } = delivery;
    const underWay = this.#underWay.has(id);
    if (this.#filling || underWay) this.#newer.set(id, delivery);
    if (underWay || this.#waiting.replace(delivery)) return;
    // Not read yet: it will be, as it is now.
    if (sequence > this.#lastRead) return;
    this.#later.filter((waiting) => waiting.id !== id);
    this.#heldRetries.delete(id);
    this.#waiting.putBack([delivery]);
  }

  /** Forgets deliveries that the outbox dropped. */
  drop(ids: ReadonlySet<string>): void {
    this.#waiting.drop(ids);
    this.#later.filter(({ id }) => !ids.has(id));
    for (const id of ids) {
      if (this.#filling || this.#underWay.has(id)) this.#gone.add(id);
      else this.#heldRetries.delete(id);
    }
  }

  /** Makes everything due that waits for its time. */
  release(): void {
    const { clock } = this.#options;
    this.#releasedAt = clock.toWall(clock.now());
    const putOff = [...this.#waiting].filter(({ dueAt }) => dueAt > 0);
    this.#waiting.take(putOff);
    for (let next = this.#later.popDue(Infinity); next !== undefined; next = this.#later.popDue(Infinity)) {
      putOff.push(next);
    }
    this.#waiting.putBack(putOff.map((delivery) => ({ ...delivery, dueAt: 0 })));
    this.#lookAtRetries();
  }

  /** Says that the outbox moved deliveries of another lane here; some may wait for a retry. */
  moved(): void {
    this.#mayHaveMore = true;
    this.#lookAtRetries();
  }

  /** Forgets all that waits here: the outbox dropped the lane. */
  clear(): void {
    this.#waiting.take([...this.#waiting]);
    this.#later.filter(() => false);
    this.#heldRetries.clear();
    for (const id of this.#underWay) this.#gone.add(id);
    this.#mayHaveMore = true;
  }

  async #readAhead(): Promise<void> {
    const { lane, outbox, capacity, ordered } = this.#options;
    if (this.#waiting.size < capacity / 2) this.#capacity = capacity;
    const room = this.#capacity - this.#waiting.size;
    if (!this.#mayHaveMore || room <= 0) return;
    // Before the read: what is appended while it runs may not be in it.
    this.#mayHaveMore = false;
    this.#unread = 0;
    const which: ReadOptions['which'] = ordered ? 'all' : 'untried';
    let read: readonly StoredDelivery[];
    try {
      read = await outbox.read(lane, { after: this.#lastRead, limit: room, which });
    } catch (error) {
      this.#mayHaveMore = true;
      throw error;
    }
    if (read.length >= room) this.#mayHaveMore = true;
    for (const delivery of read) this.#take(delivery, (steady) => this.#waiting.append(steady));
    this.#lastRead = read.at(-1)?.sequence ?? this.#lastRead;
  }

  async #readRetries(): Promise<void> {
    const { lane, outbox, clock } = this.#options;
    const read = await outbox.readRetries(lane, MAX_LATER);
    this.#parkedDueAt = Infinity;
    for (const delivery of read) {
      if (this.#heldRetries.has(delivery.id) || this.#underWay.has(delivery.id)) continue;
      this.#take(delivery, (steady) => this.#holdLater(steady));
    }
    const last = read.at(-1);
    // Further ones wait behind the last of these; not at once again, where they are all overdue.
    if (read.length >= MAX_LATER && last !== undefined) {
      const { dueAt } = this.#steady(last);
      this.#parkedDueAt = Math.min(this.#parkedDueAt, Math.max(dueAt, clock.now() + 1_000));
    }
  }

  #take(delivery: StoredDelivery, add: (delivery: StoredDelivery) => void): void {
    if (this.#gone.has(delivery.id)) return;
    add(this.#steady(this.#newer.get(delivery.id) ?? delivery));
  }

  /** With times of the steady clock. */
  #steady(delivery: StoredDelivery): StoredDelivery {
    const { clock } = this.#options;
    const since = clock.sinceWall(delivery.waitingSince);
    if (delivery.dueAt === 0 && Math.abs(since - delivery.waitingSince) < CLOCKS_AGREE_MS) return delivery;
    const isDue = delivery.dueAt === 0 || delivery.scheduledAt <= this.#releasedAt;
    const dueAt = isDue ? 0 : clock.toSteady(delivery.dueAt, delivery.scheduledAt);
    return { ...delivery, waitingSince: since, dueAt };
  }

  #lookAtRetries(): void {
    if (!this.#options.ordered) this.#parkedDueAt = 0;
  }

  #takeBack(returned: readonly StoredDelivery[]): void {
    if (this.#options.ordered) return this.#waiting.putBack(returned);
    const due: StoredDelivery[] = [];
    for (const delivery of returned) {
      if (delivery.dueAt === 0) due.push(delivery);
      else this.#holdLater(delivery);
    }
    this.#waiting.putBack(due);
  }

  #holdLater(delivery: StoredDelivery): void {
    if (this.#later.size >= MAX_LATER) {
      this.#parkedDueAt = Math.min(this.#parkedDueAt, delivery.dueAt);
      return;
    }
    this.#heldRetries.add(delivery.id);
    this.#later.push(delivery);
  }

  #releaseDue(now: number): void {
    const due: StoredDelivery[] = [];
    for (let next = this.#later.popDue(now); next !== undefined; next = this.#later.popDue(now)) due.push(next);
    this.#waiting.putBack(due);
  }

  #forgetWhatCameMeanwhile(): void {
    for (const id of this.#newer.keys()) if (!this.#underWay.has(id)) this.#newer.delete(id);
    for (const id of this.#gone) if (!this.#underWay.has(id)) this.#gone.delete(id);
  }

  #letGo({ id, key }: StoredDelivery): void {
    this.#underWay.delete(id);
    if (key === undefined) return;
    const holders = (this.#busyKeys.get(key) ?? 1) - 1;
    if (holders === 0) this.#busyKeys.delete(key);
    else this.#busyKeys.set(key, holders);
  }
}
