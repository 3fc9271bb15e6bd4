import type { StoredDelivery } from '@dest/core';
import { Tally } from './tally';

/**
 * Of which deliveries it is decided what becomes of them while the outbox may not know it: what it says of them is old. What
 * it notes during a read is remembered until the read has ended, since its answer may be from before.
 */
export class UnnotedSettlements {
  /** By delivery and envelope: one that is replaced goes on as another. */
  readonly #unnoted = new Tally();
  readonly #notedMeanwhile: StoredDelivery[] = [];
  #reading = false;

  has(delivery: StoredDelivery): boolean {
    return this.#unnoted.has(keyOf(delivery));
  }

  add(delivery: StoredDelivery): void {
    this.#unnoted.add(keyOf(delivery));
  }

  noted(delivery: StoredDelivery): void {
    if (this.#reading) this.#notedMeanwhile.push(delivery);
    else this.#unnoted.remove(keyOf(delivery));
  }

  beginRead(): void {
    this.#reading = true;
  }

  endRead(): void {
    this.#reading = false;
    for (const delivery of this.#notedMeanwhile.splice(0)) this.#unnoted.remove(keyOf(delivery));
  }
}

function keyOf({ id, envelope }: StoredDelivery): string {
  return `${id}/${envelope}`;
}
