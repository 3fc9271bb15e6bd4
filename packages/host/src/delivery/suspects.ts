import type { StoredDelivery } from '@dest/core';
import type { CallOutcome } from './call-destination';

/** How many are remembered; the oldest are forgotten first, and tried again in batches as large as any. */
const MAX_SUSPICIONS = 10_000;

interface Suspicion {
  /** How many deliveries of the lane had worked when this one last overran. */
  readonly successes: number;
  /** In how large a batch it is tried next. */
  readonly batchSize: number;
  /** It overran its deadline, by itself or in a batch. */
  readonly overran: boolean;
}

/**
 * Deliveries whose call overran its deadline, or failed with all others of its batch. An overrun is taken for the destination's
 * failure. Where others work after that, the next one of the same delivery, alone, is its own. The batch is tried again in
 * halves, until the guilty one is alone.
 */
export class Suspects {
  readonly #suspicions = new Map<string, Suspicion>();
  #successes = 0;

  /** The largest batch that a delivery may be in. */
  batchSize(delivery: StoredDelivery): number {
    return this.#suspicions.get(delivery.id)?.batchSize ?? Infinity;
  }

  /** Looks at the outcomes of one call, and turns an overrun that is the delivery's own into its failure. */
  judge(batch: readonly StoredDelivery[], outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
    const batchSize = Math.ceil(batch.length / 2);
    // One of them may have made the call fail for all.
    const failedTogether = batch.length > 1 && outcomes.every(isItemsOwn);
    const judged = outcomes.map((outcome, index): CallOutcome => {
      const { id } = batch[index] as StoredDelivery;
      const known = this.#suspicions.get(id);
      if (outcome?.code !== 'DEADLINE_EXCEEDED') {
        if (failedTogether) {
          this.#suspect(id, { successes: this.#successes, batchSize, overran: false });
        } else this.#suspicions.delete(id);
        return outcome;
      }
      const othersWorked = known?.overran === true && this.#successes > known.successes;
      const guilty = batch.length === 1 && othersWorked;
      this.#suspect(id, { successes: this.#successes, batchSize, overran: true });
      return guilty ? { ...outcome, scope: 'item' } : outcome;
    });
    this.#successes += outcomes.filter((outcome) => outcome === undefined).length;
    return judged;
  }

  /** Forgets what is settled for good, or was dropped. */
  forget(id: string): void {
    this.#suspicions.delete(id);
  }

  clear(): void {
    this.#suspicions.clear();
  }

  #suspect(id: string, suspicion: Suspicion): void {
    this.#suspicions.delete(id);
    this.#suspicions.set(id, suspicion);
    if (this.#suspicions.size > MAX_SUSPICIONS) this.#suspicions.delete(this.#suspicions.keys().next().value!);
  }
}

function isItemsOwn(outcome: CallOutcome): boolean {
  return outcome?.scope === 'item' && outcome.retry === 'transient';
}
