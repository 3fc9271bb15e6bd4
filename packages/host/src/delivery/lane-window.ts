import type { Outbox, Settlement, StoredDelivery } from '@dest/core';

/** How many times its least capacity a window may grow to. */
const MAX_WIDENING = 100;

/** What a lane has read ahead from the outbox: bounded, however long its backlog. */
export class LaneWindow implements Iterable<StoredDelivery> {
  readonly #destination: string;
  readonly #outbox: Outbox;
  readonly #leastCapacity: number;
  #capacity: number;
  /** Not under way, ascending by sequence. */
  #waiting: StoredDelivery[] = [];
  readonly #busyKeys = new Map<string, number>();
  readonly #underWay = new Set<string>();
  /** What the outbox dropped while it was under way: it isn't tried again. */
  readonly #dropped = new Set<string>();
  #lastRead = 0;
  #unread = 0;
  #mayHaveMore = true;

  /** @param capacity - how many to read ahead; more where what was read can't be delivered yet */
  constructor(destination: string, outbox: Outbox, capacity: number) {
    this.#destination = destination;
    this.#outbox = outbox;
    this.#leastCapacity = capacity;
    this.#capacity = capacity;
  }

  /** Keys of what is under way. */
  get busyKeys(): ReadonlyMap<string, number> {
    return this.#busyKeys;
  }

  /** How many wait, those included that were announced and not read yet. */
  get expected(): number {
    return this.#waiting.length + this.#unread;
  }

  /** Nothing waits and nothing is under way. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#underWay.size === 0 && !this.#mayHaveMore;
  }

  /** In order of acceptance. */
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
    if (this.#waiting.length < this.#leastCapacity / 2) this.#capacity = this.#leastCapacity;
    const room = this.#capacity - this.#waiting.length;
    if (!this.#mayHaveMore || room <= 0) return;
    // Before the read: what is appended while it runs may not be in it.
    this.#mayHaveMore = false;
    this.#unread = 0;
    try {
      const read = await this.#outbox.read(this.#destination, room, this.#lastRead);
      if (read.length >= room) this.#mayHaveMore = true;
      for (const delivery of read) this.#waiting.push(delivery);
      this.#lastRead = read.at(-1)?.sequence ?? this.#lastRead;
    } catch (error) {
      this.#mayHaveMore = true;
      throw error;
    }
  }

  /** Makes room to read past what waits for a retry or behind its key. False where there is nothing more, or no more room. */
  widen(): boolean {
    if (!this.#mayHaveMore || this.#capacity >= this.#leastCapacity * MAX_WIDENING) return false;
    this.#capacity = Math.min(this.#capacity * 2, this.#leastCapacity * MAX_WIDENING);
    return true;
  }

  /** Takes a batch under way. */
  take(batch: readonly StoredDelivery[]): void {
    const taken = new Set(batch);
    this.#waiting = this.#waiting.filter((delivery) => !taken.has(delivery));
    for (const { id } of batch) this.#underWay.add(id);
    for (const { key } of batch) if (key !== undefined) this.#busyKeys.set(key, (this.#busyKeys.get(key) ?? 0) + 1);
  }

  /** Takes back what is tried again, in its place, and lets go of the rest. */
  settled(settlements: readonly Settlement[]): void {
    const returned: StoredDelivery[] = [];
    for (const { delivery, outcome } of settlements) {
      this.#letGo(delivery);
      if (this.#dropped.delete(delivery.id) || outcome.status !== 'retry') continue;
      returned.push({ ...delivery, attempts: outcome.attempts, dueAt: outcome.dueAt });
    }
    this.#putBack(returned);
  }

  /** Takes back a batch of which it is not known what became. */
  unsettled(batch: readonly StoredDelivery[], dueAt: number): void {
    for (const delivery of batch) this.#letGo(delivery);
    const kept = batch.filter(({ id }) => !this.#dropped.delete(id));
    this.#putBack(kept.map((delivery) => ({ ...delivery, tries: delivery.tries + 1, dueAt })));
  }

  #letGo({ id, key }: StoredDelivery): void {
    this.#underWay.delete(id);
    if (key === undefined) return;
    const holders = (this.#busyKeys.get(key) ?? 1) - 1;
    if (holders === 0) this.#busyKeys.delete(key);
    else this.#busyKeys.set(key, holders);
  }

  #putBack(deliveries: readonly StoredDelivery[]): void {
    if (deliveries.length === 0) return;
    this.#waiting = [...this.#waiting, ...deliveries].sort((left, right) => left.sequence - right.sequence);
  }

  /** Forgets deliveries that the outbox dropped. */
  drop(ids: ReadonlySet<string>): void {
    this.#waiting = this.#waiting.filter(({ id }) => !ids.has(id));
    for (const id of ids) if (this.#underWay.has(id)) this.#dropped.add(id);
  }
}
