import type { LaneIdentity, Outbox, Settlement, StoredDelivery } from '@dest/core';
import { GoneSettlements } from './gone-settlements';
import { MeanwhileChanges, type LaterVersion } from './meanwhile-changes';
import { ReadAhead } from './read-ahead';
import { RetryList } from './retry-list';
import type { SteadyClock } from './steady-clock';
import { SteadyTimes } from './steady-times';
import { UnderWay } from './under-way';
import { UnnotedSettlements } from './unnoted-settlements';
import { waitingAgain } from './waiting-again';
import { WaitingList } from './waiting-list';

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
  readonly #times: SteadyTimes;
  readonly #ahead: ReadAhead;
  readonly #waiting = new WaitingList();
  /** What waits for a retry, where order doesn't matter. */
  readonly #retries: RetryList;
  readonly #unnoted = new UnnotedSettlements();
  readonly #underWay = new UnderWay();
  readonly #meanwhile = new MeanwhileChanges(this.#underWay);
  readonly #gone = new GoneSettlements();

  constructor(options: LaneWindowOptions) {
    const { lane, outbox, clock, capacity, ordered } = options;
    this.#options = options;
    this.#times = new SteadyTimes(clock);
    this.#ahead = new ReadAhead({ lane, outbox, which: ordered ? 'all' : 'untried', capacity });
    this.#retries = new RetryList({ lane, outbox, clock, times: this.#times });
    this.#lookAtRetries();
  }

  /** Keys of what is under way. */
  get busyKeys(): { has(key: string): boolean } {
    return this.#underWay.keys;
  }

  /** How many wait and may be due, those included that were announced and not read yet. */
  get expected(): number {
    return this.#waiting.size + this.#ahead.unread;
  }

  /** How many were announced and not read yet. */
  get unread(): number {
    return this.#ahead.unread;
  }

  /** Nothing waits and nothing is under way. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#retries.isEmpty && this.#underWay.size === 0 && !this.#ahead.mayHaveMore;
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
    this.#ahead.appended();
  }

  /** Says that the outbox has one here that it had not, or not in this place. */
  arrived(delivery: StoredDelivery): void {
    this.#meanwhile.arrived(delivery);
    if (this.#underWay.has(delivery.id)) return;
    const goesOn = this.#gone.arrived(delivery);
    if (goesOn !== undefined) this.#takeBack([goesOn]);
    else this.#ahead.arrived(delivery.sequence);
  }

  /** Whether the outbox dropped one since it was taken under way, or has another version of it. */
  isOutdated(id: string): boolean {
    return this.#meanwhile.has(id);
  }

  /** Reads ahead as far as there is room. Rejects where the outbox does, and can be called again. Nothing is taken meanwhile. */
  async fill(): Promise<void> {
    const { clock } = this.#options;
    this.#meanwhile.beginRead();
    this.#unnoted.beginRead();
    try {
      if (clock.now() >= this.#retries.lookAt) {
        await this.#retries.read((delivery) => this.#isKnown(delivery) || this.#meanwhile.has(delivery.id));
      }
      const again: StoredDelivery[] = [];
      await this.#ahead.read(this.#waiting.size, (read, isAgain) => {
        const delivery = this.#toWait(read);
        if (delivery === undefined) return;
        if (isAgain) again.push(delivery);
        else this.#waiting.append(delivery);
      });
      this.#waiting.putBack(again);
    } finally {
      this.#unnoted.endRead();
      this.#catchUp(this.#meanwhile.endRead());
    }
    this.#waiting.putBack(this.#retries.takeDue(clock.now()));
  }

  /** Reads ahead further from now on, or less far. */
  resize(capacity: number): void {
    this.#ahead.resize(capacity);
  }

  /** Makes room to read past what waits behind its key. False where there is nothing more, or no more room. */
  widen(): boolean {
    return this.#ahead.widen();
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
    for (const settlement of settlements) {
      const { delivery } = settlement;
      this.#unnoted.add(delivery);
      this.#retries.letGo(delivery.id);
      const later = this.#letGo(delivery);
      if (later !== undefined && later.what !== 'moved') superseded.add(delivery.id);
      if (later?.what === 'gone') this.#gone.add(settlement);
      else if (later?.what === 'replaced') returned.push(this.#times.of(later.by));
      else {
        const again = waitingAgain(settlement, (later?.to ?? delivery).sequence);
        if (again !== undefined) returned.push(again);
      }
    }
    this.#takeBack(returned);
    return superseded;
  }

  /** Says that the outbox knows what became of these. */
  noted(settlements: readonly Settlement[]): void {
    for (const { delivery, outcome, settledAt } of settlements) {
      this.#unnoted.noted(delivery);
      const place = this.#gone.noted(delivery.id);
      if (place !== undefined) this.#ahead.arrived(place);
      if (this.#options.ordered || outcome.status !== 'retry' || this.#holds(delivery)) continue;
      // A read may have passed over it, since it was old then.
      this.#retries.park(this.#times.isReleased(settledAt) ? 0 : outcome.dueAt);
    }
  }

  /** Takes back what could not be tried, until a time that the outbox doesn't know. */
  notTried(batch: readonly StoredDelivery[], dueAt: number): void {
    const returned: StoredDelivery[] = [];
    for (const delivery of batch) {
      const later = this.#letGo(delivery);
      if (later !== undefined) this.#retries.letGo(delivery.id);
      if (later?.what === 'gone') continue;
      if (later?.what === 'replaced') returned.push(this.#times.of(later.by));
      else returned.push({ ...delivery, sequence: (later?.to ?? delivery).sequence, dueAt });
    }
    this.#waiting.putBack(returned);
  }

  /** Says that a waiting delivery has a newer envelope: coalesced. */
  replaced(delivery: StoredDelivery): void {
    const { id, sequence } = delivery;
    if (this.#unnoted.has(delivery) && !this.#underWay.hasVersion(delivery)) return;
    this.#meanwhile.replaced(delivery);
    if (this.#underWay.has(id)) return;
    const wasRetry = this.#retries.remove(id);
    const steady = this.#times.of(delivery);
    if (this.#waiting.replace(steady)) return;
    if (wasRetry || this.#ahead.isPast(sequence)) this.#waiting.putBack([steady]);
    // Not read yet: it will be, as it is now.
    else this.#ahead.look();
  }

  /** Forgets deliveries that the outbox dropped. */
  drop(ids: ReadonlySet<string>): void {
    this.#waiting.drop(ids);
    this.#retries.drop(ids);
    for (const id of ids) {
      this.#meanwhile.dropped(id);
      if (!this.#underWay.has(id)) this.#retries.letGo(id);
    }
  }

  /** Makes everything due that waits for its time. */
  release(): void {
    this.#times.release();
    const putOff = [...this.#waiting].filter(({ dueAt }) => dueAt > 0);
    this.#waiting.take(putOff);
    putOff.push(...this.#retries.takeDue(Infinity));
    this.#waiting.putBack(putOff.map((delivery) => ({ ...delivery, dueAt: 0 })));
    this.#lookAtRetries();
  }

  /** Says that the outbox moved deliveries of another lane here; some may wait for a retry. */
  moved(): void {
    this.#ahead.look();
    this.#lookAtRetries();
  }

  /** Forgets all that waits here: the outbox dropped the lane. */
  clear(): void {
    this.#waiting.take([...this.#waiting]);
    this.#retries.clear();
    this.#meanwhile.cleared();
    this.#ahead.cleared();
  }

  /** One that was read, as it is to wait; undefined where it is known already, or gone. */
  #toWait(read: StoredDelivery): StoredDelivery | undefined {
    const delivery = this.#isKnown(read) ? undefined : this.#meanwhile.current(read);
    return delivery === undefined ? undefined : this.#times.of(delivery);
  }

  /** Whether more is known here of a delivery than what the outbox said. */
  #isKnown(delivery: StoredDelivery): boolean {
    return this.#holds(delivery) || this.#unnoted.has(delivery);
  }

  #holds({ id, sequence }: StoredDelivery): boolean {
    return this.#underWay.has(id) || this.#retries.knows(id) || this.#waiting.has(sequence);
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
  #catchUp(replaced: readonly StoredDelivery[]): void {
    const missed = replaced.filter(({ sequence }) => this.#ahead.isPast(sequence) && !this.#waiting.has(sequence));
    this.#waiting.putBack(missed.map((delivery) => this.#times.of(delivery)));
  }

  /** Says that a delivery is under way no more. Returns what became of it meanwhile, where something did. */
  #letGo(delivery: StoredDelivery): LaterVersion | undefined {
    this.#underWay.remove(delivery);
    return this.#meanwhile.take(delivery.id);
  }
}
