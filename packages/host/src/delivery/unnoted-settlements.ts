import type { StoredDelivery } from '@dest/core';

/**
 * Of which deliveries it is decided what becomes of them while the outbox may not know it: what it says of them is old. What
 * it notes during a read is remembered until the read has ended, since its answer may be from before.
 */
export class UnnotedSettlements {
  /** How many there are, by delivery and envelope: one that is replaced goes on as another. */
  readonly #counts = new Map<string, number>();
  readonly #notedMeanwhile: StoredDelivery[] = [];
  #reading = false;

  has(delivery: StoredDelivery): boolean {
    return this.#counts.has(keyOf(delivery));
  }

  add(delivery: StoredDelivery): void {
    const key = keyOf(delivery);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  noted(delivery: StoredDelivery): void {
    if (this.#reading) this.#notedMeanwhile.push(delivery);
    else this.#forget(delivery);
  }

  beginRead(): void {
    this.#reading = true;
  }

  endRead(): void {
    this.#reading = false;
    for (const delivery of this.#notedMeanwhile.splice(0)) this.#forget(delivery);
  }

  #forget(delivery: StoredDelivery): void {
    const key = keyOf(delivery);
    const left = (this.#counts.get(key) ?? 1) - 1;
    if (left === 0) this.#counts.delete(key);
    else this.#counts.set(key, left);
  }
}

function keyOf({ id, envelope }: StoredDelivery): string {
  return `${id}/${envelope}`;
}
