import type { ReadOptions, StoredDelivery } from '@dest/core';

/** How many are held of a lane that isn't read as fast as it grows: then it is read from the file. */
const MAX_HELD = 10_000;

/** The end of a lane as it was appended lately, so that what is read soon need not be read from the file. */
export class LaneTail {
  /** Ascending by sequence; everything in the lane that has a sequence above `#from`. */
  #held: StoredDelivery[] = [];
  #head = 0;
  /** Undefined: nothing is known yet. */
  #from: number | undefined;
  #suspensions = 0;

  /** @param sequence - of the append: nothing else in the lane is above it, but what was appended here */
  append(delivery: StoredDelivery): void {
    if (this.#suspensions > 0) return;
    this.#from ??= delivery.sequence - 1;
    this.#held.push(delivery);
    if (this.#held.length - this.#head > MAX_HELD) this.#forget(delivery.sequence);
  }

  /** Puts another state in the place of a delivery, where it is held. */
  replace(delivery: StoredDelivery): void {
    const index = this.#indexOf(delivery.sequence);
    if (index !== undefined) this.#held[index] = delivery;
  }

  /** @param sequence - of what is gone */
  remove(sequence: number): void {
    const index = this.#indexOf(sequence);
    if (index === undefined) return;
    if (index === this.#head) this.#head++;
    else this.#held.splice(index, 1);
  }

  find(sequence: number): StoredDelivery | undefined {
    const index = this.#indexOf(sequence);
    return index === undefined ? undefined : this.#held[index];
  }

  /** Holds nothing until `resume`: something else puts deliveries into the lane. */
  suspend(): void {
    this.#suspensions++;
    this.#forget(undefined);
  }

  resume(): void {
    this.#suspensions--;
  }

  /** Undefined where it must be read from the file. What is read is not asked for again, so it is no longer held then. */
  read({ after, limit, which }: ReadOptions): readonly StoredDelivery[] | undefined {
    if (this.#from === undefined || after < this.#from) return undefined;
    this.#skipTo(after);
    const found: StoredDelivery[] = [];
    for (let index = this.#head; index < this.#held.length && found.length < limit; index++) {
      const delivery = this.#held[index] as StoredDelivery;
      if (which === 'all' || delivery.dueAt === 0) found.push(delivery);
    }
    return found;
  }

  /** @param from - from where on it is known again; undefined: only from the next append on */
  #forget(from: number | undefined): void {
    this.#held = [];
    this.#head = 0;
    this.#from = from;
  }

  #skipTo(after: number): void {
    this.#from = after;
    this.#head = this.#firstAbove(after);
    if (this.#head < 1_000 || this.#head * 2 < this.#held.length) return;
    this.#held = this.#held.slice(this.#head);
    this.#head = 0;
  }

  #indexOf(sequence: number): number | undefined {
    const index = this.#firstAbove(sequence - 1);
    return this.#held[index]?.sequence === sequence ? index : undefined;
  }

  #firstAbove(sequence: number): number {
    let [low, high] = [this.#head, this.#held.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#held[middle] as StoredDelivery).sequence > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
