import type { Settlement, StoredDelivery } from '@dest/core';
import { waitingAgain } from './waiting-again';

/**
 * What became of deliveries that were gone from the outbox when their calls ended, until it was told: one that several
 * processes share may have given them to this one again before that.
 */
export class GoneSettlements {
  readonly #settlements = new Map<string, Settlement>();
  /** Where those are that came again and of which the outbox has to say whether they still wait. */
  readonly #places = new Map<string, number>();

  add(settlement: Settlement): void {
    this.#settlements.set(settlement.delivery.id, settlement);
  }

  /** One came again. Returns how it goes on, where it has failed and waits for a retry. */
  arrived({ id, sequence }: StoredDelivery): StoredDelivery | undefined {
    const settlement = this.#settlements.get(id);
    if (settlement === undefined) return undefined;
    const goesOn = waitingAgain(settlement, sequence);
    if (goesOn === undefined) this.#places.set(id, sequence);
    else this.#settlements.delete(id);
    return goesOn;
  }

  /** The outbox was told of one. Returns the place where it came again before that, where it did. */
  noted(id: string): number | undefined {
    const place = this.#places.get(id);
    this.#settlements.delete(id);
    this.#places.delete(id);
    return place;
  }
}
