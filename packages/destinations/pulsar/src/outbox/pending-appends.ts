import type { StoredDelivery } from '@dest/core';
import type { OpenReceipt } from '@dest/core/outbox';

/** What one record of this host did where it came. */
export interface Placed {
  readonly id: string;
  readonly dropped: OpenReceipt['dropped'];
  readonly coalesced: readonly StoredDelivery[];
}

interface Pending {
  readonly placed: Map<number, Placed>;
  missing: number;
  readonly resolve: (placed: ReadonlyMap<number, Placed>) => void;
}

/** Records that this host has published, and waits for. */
export class PendingAppends {
  readonly #pending = new Map<number, Pending>();

  /** How many are waited for. */
  get size(): number {
    return this.#pending.size;
  }

  /**
   * Resolves when all copies of a record have come, with what became of each, or when it is given up, with what came.
   *
   * @param number of the record
   */
  expect(number: number, copies: number): Promise<ReadonlyMap<number, Placed>> {
    return new Promise((resolve) => this.#pending.set(number, { placed: new Map(), missing: copies, resolve }));
  }

  isExpected(number: number): boolean {
    return this.#pending.has(number);
  }

  came(number: number, index: number, placed: Placed): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    pending.placed.set(index, placed);
    pending.missing -= 1;
    if (pending.missing === 0) this.giveUp(number);
  }

  /** Waits for a record no longer. */
  giveUp(number: number): void {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.resolve(pending.placed);
  }

  /** Waits for none. */
  giveUpAll(): void {
    for (const number of [...this.#pending.keys()]) this.giveUp(number);
  }
}
