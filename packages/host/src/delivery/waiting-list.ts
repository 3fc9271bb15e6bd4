import type { StoredDelivery } from '@dest/core';

/** Deliveries ascending by sequence: those that were read, in order as they came, and those that came back. */
export class WaitingList implements Iterable<StoredDelivery> {
  /** By sequence; a Map iterates in the order of insertion, which ascends. */
  readonly #read = new Map<number, StoredDelivery>();
  /** Ascending by sequence. */
  #returned: StoredDelivery[] = [];
  /** Of what came back. */
  readonly #sequences = new Set<number>();

  get size(): number {
    return this.#read.size + this.#returned.length;
  }

  /** Adds one with a sequence above all that were read before. */
  append(delivery: StoredDelivery): void {
    this.#read.set(delivery.sequence, delivery);
  }

  /** Puts back what was taken out, or came from elsewhere, in its place. */
  putBack(deliveries: readonly StoredDelivery[]): void {
    if (deliveries.length === 0) return;
    this.#returned = [...this.#returned, ...deliveries].sort((left, right) => left.sequence - right.sequence);
    for (const { sequence } of deliveries) this.#sequences.add(sequence);
  }

  take(deliveries: readonly StoredDelivery[]): void {
    let returned = 0;
    for (const { sequence } of deliveries) {
      if (!this.#read.delete(sequence) && this.#sequences.delete(sequence)) returned++;
    }
    if (returned > 0) this.#returned = this.#returned.filter(({ sequence }) => this.#sequences.has(sequence));
  }

  has(sequence: number): boolean {
    return this.#read.has(sequence) || this.#sequences.has(sequence);
  }

  /** Replaces one that waits by its newer version. False where it is not here. */
  replace(delivery: StoredDelivery): boolean {
    const { sequence } = delivery;
    if (this.#read.has(sequence)) {
      this.#read.set(sequence, delivery);
      return true;
    }
    if (!this.#sequences.has(sequence)) return false;
    this.#returned[this.#returned.findIndex((waiting) => waiting.sequence === sequence)] = delivery;
    return true;
  }

  /** Takes out those with these ids. */
  drop(ids: ReadonlySet<string>): void {
    for (const { id, sequence } of this.#read.values()) if (ids.has(id)) this.#read.delete(sequence);
    for (const { id, sequence } of this.#returned) if (ids.has(id)) this.#sequences.delete(sequence);
    this.#returned = this.#returned.filter(({ sequence }) => this.#sequences.has(sequence));
  }

  *[Symbol.iterator](): Iterator<StoredDelivery> {
    const returned = this.#returned;
    if (returned.length === 0) return yield* this.#read.values();
    let next = 0;
    for (const delivery of this.#read.values()) {
      for (; next < returned.length; next++) {
        const earlier = returned[next] as StoredDelivery;
        if (earlier.sequence > delivery.sequence) break;
        yield earlier;
      }
      yield delivery;
    }
    for (; next < returned.length; next++) yield returned[next] as StoredDelivery;
  }
}
