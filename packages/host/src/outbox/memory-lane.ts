import type { LaneSize, StoredDelivery } from '@dest/core';

/** The deliveries of one destination in order of acceptance. */
export class MemoryLane {
  readonly #deliveries = new Map<number, StoredDelivery>();
  /** Sequences in ascending order, those of removed deliveries too until they reach the front. */
  #order: number[] = [];
  #head = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(delivery: StoredDelivery): void {
    this.#deliveries.set(delivery.sequence, delivery);
    this.#order.push(delivery.sequence);
    this.#bytes += delivery.bytes;
  }

  read(limit: number, after: number): readonly StoredDelivery[] {
    const found: StoredDelivery[] = [];
    for (let index = this.#firstAbove(after); index < this.#order.length && found.length < limit; index++) {
      const delivery = this.#deliveries.get(this.#order[index] as number);
      if (delivery !== undefined) found.push(delivery);
    }
    return found;
  }

  replace(delivery: StoredDelivery): void {
    if (this.#deliveries.has(delivery.sequence)) this.#deliveries.set(delivery.sequence, delivery);
  }

  remove(delivery: StoredDelivery): void {
    if (!this.#deliveries.delete(delivery.sequence)) return;
    this.#bytes -= delivery.bytes;
    this.#trim();
  }

  oldest(): StoredDelivery | undefined {
    return this.#deliveries.get(this.#order[this.#head] as number);
  }

  size(): LaneSize {
    const oldest = this.oldest();
    return {
      waiting: this.#deliveries.size,
      bytes: this.#bytes,
      ...(oldest === undefined ? {} : { oldest: oldest.accepted.acceptedAt }),
    };
  }

  #trim(): void {
    while (this.#head < this.#order.length && !this.#deliveries.has(this.#order[this.#head] as number)) this.#head++;
    if (this.#head > 1_000 && this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
  }

  #firstAbove(after: number): number {
    let low = this.#head;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle] as number) > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
