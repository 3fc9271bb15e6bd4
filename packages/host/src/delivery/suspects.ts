import type { StoredDelivery } from '@dest/core';
import type { CallOutcome } from './call-destination';

interface Suspicion {
  /** How many deliveries of the lane had worked when this one last overran. */
  readonly successes: number;
  /** In how large a batch it is tried next. */
  readonly batchSize: number;
}

/**
 * Deliveries whose call overran its deadline, or failed with all others of its batch. An overrun is taken for the destination's
 * failure, unless others work meanwhile: then it is the delivery's own. The batch is tried again in halves, until the guilty
 * one is alone.
 */
export class Suspects {
  readonly #suspicions = new Map<string, Suspicion>();
  #successes = 0;

  /** How many deliveries have worked so far. */
  get successes(): number {
    return this.#successes;
  }

  /** The largest batch that a delivery may be in. */
  batchSize(delivery: StoredDelivery): number {
    return this.#suspicions.get(delivery.id)?.batchSize ?? Infinity;
  }

  /**
   * Looks at the outcomes of one call, and turns an overrun that is the delivery's own into its failure.
   *
   * @param successesBefore - `successes` when the call began
   */
  judge(
    batch: readonly StoredDelivery[],
    outcomes: readonly CallOutcome[],
    successesBefore: number,
  ): readonly CallOutcome[] {
    // One of them may have made the call fail for all.
    const failedTogether = batch.length > 1 && outcomes.every(isItemsOwn);
    const judged = outcomes.map((outcome, index): CallOutcome => {
      const { id } = batch[index] as StoredDelivery;
      const known = this.#suspicions.get(id);
      if (outcome?.code !== 'DEADLINE_EXCEEDED') {
        if (failedTogether) {
          this.#suspicions.set(id, { successes: this.#successes, batchSize: Math.ceil(batch.length / 2) });
        } else this.#suspicions.delete(id);
        return outcome;
      }
      const guilty = batch.length === 1 && this.#successes > (known?.successes ?? successesBefore);
      this.#suspicions.set(id, { successes: this.#successes, batchSize: Math.ceil(batch.length / 2) });
      return guilty ? { ...outcome, scope: 'item' } : outcome;
    });
    this.#successes += outcomes.filter((outcome) => outcome === undefined).length;
    return judged;
  }

  /** Forgets what is settled for good. */
  forget(delivery: StoredDelivery): void {
    this.#suspicions.delete(delivery.id);
  }
}

function isItemsOwn(outcome: CallOutcome): boolean {
  return outcome?.scope === 'item' && outcome.retry === 'transient';
}
