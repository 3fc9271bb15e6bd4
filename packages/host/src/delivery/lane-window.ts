import type { LaneIdentity, Outbox, ReadOptions, Settlement, StoredDelivery } from '@dest/core';
import { MAX_RETRIES, RetryList } from './retry-list';
import type { SteadyClock } from './steady-clock';
import { UnderWay } from './under-way';
import { UnnotedSettlements } from './unnoted-settlements';
import { WaitingList } from './waiting-list';

/** How many times its least capacity a window may grow to, past what waits behind its key. */
const MAX_WIDENING = 20;

/** How many it may hold at most, past what waits behind its key too: some tens of megabytes. */
const MAX_CAPACITY = 100_000;

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
  #leastCapacity: number;
  #capacity: number;
  readonly #waiting = new WaitingList();
  /** What waits for a retry, where order doesn't matter. */
  readonly #retries = new RetryList();
  readonly #unnoted = new UnnotedSettlements();
  /** What was put off until then is due: by the steady clock, and by the wall's. */
  #released = { steady: -Infinity, wall: -Infinity };
  readonly #underWay = new UnderWay();
  /** What happened to deliveries while they were under way, or being read: the outbox dropped them, or has a newer version. */
  readonly #gone = new Set<string>();
  readonly #newer = new Map<string, StoredDelivery>();
  #lastRead = 0;
  #unread = 0;
  #mayHaveMore = true;
  #filling = false;
  /** How often the outbox dropped the lane: what was read before is gone. */
  #clearings = 0;

  constructor(options: LaneWindowOptions) {
    this.#options = options;
    this.#leastCapacity = this.#capacity = options.capacity;
    this.#lookAtRetries();
  }

  /** Keys of what is under way. */
  get busyKeys(): { has(key: string): boolean } {
    return this.#underWay.keys;
  }

  /** How many wait and may be due, those included that were announced and not read yet. */
  get expected(): number {
    return this.#waiting.size + this.#unread;
  }

  /** How many were announced and not read yet. */
  get unread(): number {
    return this.#unread;
  }

  /** Nothing waits and nothing is under way. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#retries.isEmpty && this.#underWay.size === 0 && !this.#mayHaveMore;
  }

  /** When the next of those is due that aren't in the iteration. */
  get nextDueAt(): number | undefined {
    const at = this.#retries.nextDueAt;
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

  /** Reads ahead as far as there is room. Rejects where the outbox does, and can be called again. Nothing is taken meanwhile. */
  async fill(): Promise<void> {
    const { clock } = this.#options;
    this.#filling = true;
    this.#unnoted.beginRead();
    try {
      if (clock.now() >= this.#retries.lookAt) await this.#readRetries();
      await this.#readAhead();
    } finally {
      this.#filling = false;
      this.#unnoted.endRead();
      this.#catchUp();
    }
    this.#waiting.putBack(this.#retries.takeDue(clock.now()));
  }

  /** Reads ahead further from now on, or less far. */
  resize(capacity: number): void {
    this.#leastCapacity = capacity;
    this.#capacity = Math.max(this.#capacity, capacity);
  }

  /** Makes room to read past what waits behind its key. False where there is nothing more, or no more room. */
  widen(): boolean {
    const most = Math.min(this.#leastCapacity * MAX_WIDENING, MAX_CAPACITY);
    if (!this.#mayHaveMore || this.#capacity >= most) return false;
    this.#capacity = Math.min(this.#capacity * 2, most);
    return true;
  }

  /** Takes a batch under way. */
  take(batch: readonly StoredDelivery[]): void {
    this.#waiting.take(batch);
    for (const delivery of batch) this.#underWay.add(delivery);
  }

  /**
   * Takes back what is tried again, in its place, and lets go of the rest. Retries have their time by the steady clock.
   * Returns ids of those that were replaced or dropped while they were under way.
   */
  settled(settlements: readonly Settlement[]): ReadonlySet<string> {
    const returned: StoredDelivery[] = [];
    const superseded = new Set<string>();
    for (const { delivery, outcome } of settlements) {
      this.#unnoted.add(delivery);
      this.#retries.letGo(delivery.id);
      const later = this.#letGo(delivery);
      if (later !== undefined) superseded.add(delivery.id);
      if (later === 'gone') continue;
      if (later !== undefined) returned.push(later);
      else if (outcome.status === 'retry') {
        // The process is still there: whatever crashed it was not this one.
        returned.push({ ...delivery, attempts: outcome.attempts, dueAt: outcome.dueAt, crashes: 0 });
      }
    }
    this.#takeBack(returned);
    return superseded;
  }

  /** Says that the outbox knows what became of these. */
  noted(settlements: readonly Settlement[]): void {
    for (const { delivery, outcome, settledAt } of settlements) {
      this.#unnoted.noted(delivery);
      if (this.#options.ordered || outcome.status !== 'retry' || this.#holds(delivery)) continue;
      // A read may have passed over it, since it was old then.
      this.#retries.park(settledAt <= this.#released.steady ? 0 : outcome.dueAt);
    }
  }

  /** Takes back what could not be tried, until a time that the outbox doesn't know. */
  notTried(batch: readonly StoredDelivery[], dueAt: number): void {
    const returned: StoredDelivery[] = [];
    for (const delivery of batch) {
      const later = this.#letGo(delivery);
      if (later !== undefined) this.#retries.letGo(delivery.id);
      if (later !== 'gone') returned.push(later ?? { ...delivery, dueAt });
    }
    this.#waiting.putBack(returned);
  }

  /** Says that a waiting delivery has a newer envelope: coalesced. */
  replaced(delivery: StoredDelivery): void {
    const { id, sequence } = delivery;
    // It was read, and taken, before this was said.
    if (this.#underWay.hasVersion(delivery)) this.#newer.delete(id);
    if (this.#underWay.hasVersion(delivery) || this.#unnoted.has(delivery)) return;
    const underWay = this.#underWay.has(id);
    if (this.#filling || underWay) this.#newer.set(id, delivery);
    if (underWay) return;
    const wasRetry = this.#retries.remove(id);
    if (this.#waiting.replace(this.#steady(delivery))) return;
    if (wasRetry || sequence <= this.#lastRead) this.#waiting.putBack([this.#steady(delivery)]);
    // Not read yet: it will be, as it is now.
    else this.#mayHaveMore = true;
  }

  /** Forgets deliveries that the outbox dropped. */
  drop(ids: ReadonlySet<string>): void {
    this.#waiting.drop(ids);
    this.#retries.drop(ids);
    for (const id of ids) {
      if (this.#filling || this.#underWay.has(id)) this.#gone.add(id);
      else this.#retries.letGo(id);
    }
  }

  /** Makes everything due that waits for its time. */
  release(): void {
    const { clock } = this.#options;
    const steady = clock.now();
    this.#released = { steady, wall: clock.toWall(steady) };
    const putOff = [...this.#waiting].filter(({ dueAt }) => dueAt > 0);
    this.#waiting.take(putOff);
    putOff.push(...this.#retries.takeDue(Infinity));
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
    this.#clearings++;
    this.#waiting.take([...this.#waiting]);
    this.#retries.clear();
    this.#newer.clear();
    for (const id of this.#underWay.ids) this.#gone.add(id);
    this.#mayHaveMore = true;
  }

  async #readAhead(): Promise<void> {
    const { lane, outbox, ordered } = this.#options;
    if (this.#waiting.size < this.#leastCapacity / 2) this.#capacity = this.#leastCapacity;
    const room = this.#capacity - this.#waiting.size;
    if (!this.#mayHaveMore || room <= 0) return;
    // Before the read: what is appended while it runs may not be in it.
    this.#mayHaveMore = false;
    this.#unread = 0;
    const which: ReadOptions['which'] = ordered ? 'all' : 'untried';
    const clearings = this.#clearings;
    let read: readonly StoredDelivery[];
    try {
      read = await outbox.read(lane, { after: this.#lastRead, limit: room, which });
    } catch (error) {
      this.#mayHaveMore = true;
      throw error;
    }
    if (clearings !== this.#clearings) return;
    if (read.length >= room) this.#mayHaveMore = true;
    for (const delivery of read) {
      if (!this.#isKnown(delivery)) this.#take(delivery, (steady) => this.#waiting.append(steady));
    }
    this.#lastRead = read.at(-1)?.sequence ?? this.#lastRead;
  }

  async #readRetries(): Promise<void> {
    const { lane, outbox, clock } = this.#options;
    const clearings = this.#clearings;
    this.#retries.beginRead(clock.now());
    let read: readonly StoredDelivery[];
    try {
      read = await outbox.readRetries(lane, MAX_RETRIES);
    } catch (error) {
      this.#retries.look();
      throw error;
    }
    if (clearings !== this.#clearings) return;
    for (const delivery of read) {
      if (this.#isKnown(delivery) || this.#newer.has(delivery.id)) continue;
      this.#take(delivery, (steady) => this.#retries.hold(steady));
    }
    const last = read.at(-1);
    // Further ones wait behind the last of these.
    if (read.length >= MAX_RETRIES && last !== undefined) this.#retries.park(this.#steady(last).dueAt);
  }

  /** Whether more is known here of a delivery than what the outbox said. */
  #isKnown(delivery: StoredDelivery): boolean {
    return this.#holds(delivery) || this.#unnoted.has(delivery);
  }

  #holds({ id, sequence }: StoredDelivery): boolean {
    return this.#underWay.has(id) || this.#retries.knows(id) || this.#waiting.has(sequence);
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
    const isDue = delivery.dueAt === 0 || delivery.scheduledAt <= this.#released.wall;
    const dueAt = isDue ? 0 : clock.toSteady(delivery.dueAt, delivery.scheduledAt);
    return { ...delivery, waitingSince: since, dueAt };
  }

  #lookAtRetries(): void {
    if (!this.#options.ordered) this.#retries.look();
  }

  #takeBack(returned: readonly StoredDelivery[]): void {
    if (this.#options.ordered) return this.#waiting.putBack(returned);
    const due: StoredDelivery[] = [];
    for (const delivery of returned) {
      if (delivery.dueAt === 0) due.push(delivery);
      else this.#retries.hold(delivery);
    }
    this.#waiting.putBack(due);
  }

  /** What was replaced while it was read past is not in what was read. */
  #catchUp(): void {
    for (const [id, delivery] of this.#newer) {
      if (this.#underWay.has(id)) continue;
      this.#newer.delete(id);
      const isMissed = delivery.sequence <= this.#lastRead && !this.#waiting.has(delivery.sequence);
      if (isMissed && !this.#gone.has(id)) this.#waiting.putBack([this.#steady(delivery)]);
    }
    for (const id of this.#gone) if (!this.#underWay.has(id)) this.#gone.delete(id);
  }

  /** Says that a delivery is under way no more. Returns its newer version, or that the outbox dropped it, where that is so. */
  #letGo(delivery: StoredDelivery): StoredDelivery | 'gone' | undefined {
    const { id } = delivery;
    this.#underWay.remove(delivery);
    const newer = this.#newer.get(id);
    this.#newer.delete(id);
    if (this.#gone.delete(id)) return 'gone';
    return newer === undefined ? undefined : this.#steady(newer);
  }
}
