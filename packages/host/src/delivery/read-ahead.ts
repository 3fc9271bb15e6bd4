import type { LaneIdentity, Outbox, ReadOptions, StoredDelivery } from '@dest/core';

/** How many times the least capacity there may be room for, past what waits behind its key. */
const MAX_WIDENING = 20;

/** How many may be held at most, past what waits behind its key too: some tens of megabytes. */
const MAX_CAPACITY = 100_000;

export interface ReadAheadOptions {
  readonly lane: LaneIdentity;
  readonly outbox: Outbox;
  readonly which: ReadOptions['which'];
  /** How many may be held; more where what was read can't be delivered yet. */
  readonly capacity: number;
}

/** Reads a lane from the outbox, in order of acceptance, as far as there is room. */
export class ReadAhead {
  readonly #options: ReadAheadOptions;
  #leastCapacity: number;
  #capacity: number;
  #lastRead = 0;
  /** The furthest that it ever was. */
  #furthest = 0;
  /** The first place that has to be looked at again. */
  #again = Infinity;
  #unread = 0;
  #mayHaveMore = true;
  /** How often the outbox dropped the lane: what was read before is gone. */
  #clearings = 0;

  constructor(options: ReadAheadOptions) {
    this.#options = options;
    this.#leastCapacity = this.#capacity = options.capacity;
  }

  /** How many were announced and not read yet. */
  get unread(): number {
    return this.#unread;
  }

  get mayHaveMore(): boolean {
    return this.#mayHaveMore;
  }

  /** Whether this place in the lane was read already. */
  isPast(sequence: number): boolean {
    return sequence <= this.#lastRead;
  }

  /** Says that the outbox got one more. */
  appended(): void {
    this.#unread++;
    this.#mayHaveMore = true;
  }

  /** Says that the outbox has one in this place that it had not. */
  arrived(sequence: number): void {
    this.#again = Math.min(this.#again, sequence);
    this.appended();
  }

  /** Says that the outbox may have more. */
  look(): void {
    this.#mayHaveMore = true;
  }

  /** Says that the outbox dropped the lane. */
  cleared(): void {
    this.#clearings++;
    this.#mayHaveMore = true;
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

  /**
   * Reads on where there is room. Rejects where the outbox does, and can be called again.
   *
   * @param held - how many are held that were read before
   * @param take - called with each that was read, all in one turn with the outbox's answer; `isAgain`: it stands before others
   *   that were read earlier
   */
  async read(held: number, take: (delivery: StoredDelivery, isAgain: boolean) => void): Promise<void> {
    const { lane, outbox, which } = this.#options;
    if (held < this.#leastCapacity / 2) this.#capacity = this.#leastCapacity;
    const room = this.#capacity - held;
    if (!this.#mayHaveMore || room <= 0) return;
    // Before the read: what is appended while it runs may not be in it.
    this.#mayHaveMore = false;
    this.#unread = 0;
    const clearings = this.#clearings;
    const after = Math.min(this.#lastRead, this.#again - 1);
    this.#again = Infinity;
    let read: readonly StoredDelivery[];
    try {
      read = await outbox.read(lane, { after, limit: room, which });
    } catch (error) {
      this.#mayHaveMore = true;
      this.#again = Math.min(this.#again, after + 1);
      throw error;
    }
    if (clearings !== this.#clearings) return;
    if (read.length >= room) this.#mayHaveMore = true;
    for (const delivery of read) take(delivery, delivery.sequence <= this.#furthest);
    this.#lastRead = read.at(-1)?.sequence ?? after;
    this.#furthest = Math.max(this.#furthest, this.#lastRead);
  }
}
