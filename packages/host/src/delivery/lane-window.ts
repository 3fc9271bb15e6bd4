import type { Outbox, Settlement, StoredDelivery } from '@dest/core';

/** What a lane has read ahead from the outbox: bounded, however long its backlog. */
export class LaneWindow implements Iterable<StoredDelivery> {
  readonly #destination: string;
  readonly #outbox: Outbox;
  readonly #capacity: number;
  /** Not under way, ascending by sequence. */
  #waiting: StoredDelivery[] = [];
  readonly #busyKeys = new Map<string, number>();
  #underWay = 0;
  #lastRead = 0;
  #unread = 0;
  #mayHaveMore = true;

  /** @param capacity - how many to read ahead */
  constructor(destination: string, outbox: Outbox, capacity: number) {
    this.#destination = destination;
    this.#outbox = outbox;
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
    return this.#waiting.length === 0 && this.#underWay === 0 && !this.#mayHaveMore;
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

  /** Reads ahead as far as there is room. */
  async fill(): Promise<void> {
    const room = this.#capacity - this.#waiting.length;
    if (!this.#mayHaveMore || room <= 0) return;
    this.#mayHaveMore = false;
    this.#unread = 0;
    const read = await this.#outbox.read(this.#destination, room, this.#lastRead);
    if (read.length >= room) this.#mayHaveMore = true;
    for (const delivery of read) this.#waiting.push(delivery);
    this.#lastRead = read.at(-1)?.sequence ?? this.#lastRead;
  }

  /** Takes a batch under way. */
  take(batch: readonly StoredDelivery[]): void {
    const taken = new Set(batch);
    this.#waiting = this.#waiting.filter((delivery) => !taken.has(delivery));
    this.#underWay += batch.length;
    for (const { key } of batch) if (key !== undefined) this.#busyKeys.set(key, (this.#busyKeys.get(key) ?? 0) + 1);
  }

  /** Takes back what is tried again, in its place, and lets go of the rest. */
  settled(settlements: readonly Settlement[]): void {
    this.#underWay -= settlements.length;
    const returned: StoredDelivery[] = [];
    for (const { delivery, outcome } of settlements) {
      const { key } = delivery;
      if (key !== undefined) {
        const holders = (this.#busyKeys.get(key) ?? 1) - 1;
        if (holders === 0) this.#busyKeys.delete(key);
        else this.#busyKeys.set(key, holders);
      }
      if (outcome.status !== 'retry') continue;
      returned.push({ ...delivery, attempts: outcome.attempts, dueAt: outcome.dueAt });
    }
    if (returned.length === 0) return;
    this.#waiting = [...this.#waiting, ...returned].sort((left, right) => left.sequence - right.sequence);
  }

  /** Forgets deliveries that the outbox dropped. */
  drop(ids: ReadonlySet<string>): void {
    this.#waiting = this.#waiting.filter(({ id }) => !ids.has(id));
  }
}
