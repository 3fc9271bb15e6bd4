import type { DeliveryOutcome } from '@dest/core';
import type { DeliveryObserver } from '@dest/host';

/** What became of tries, for tests: every settlement, in order. */
export class Observed implements DeliveryObserver {
  readonly settlements: {
    readonly destination: string;
    readonly envelope: string;
    readonly outcome: DeliveryOutcome;
  }[] = [];

  settled({ delivery, outcome }: Parameters<DeliveryObserver['settled']>[0]): void {
    const { destination } = delivery.lane;
    this.settlements.push({ destination, envelope: delivery.accepted.id, outcome });
  }

  /** Ids of the envelopes that were settled so, in order. */
  envelopes(status: DeliveryOutcome['status'], destination?: string): string[] {
    return this.settlements
      .filter((each) => each.outcome.status === status && (destination ?? each.destination) === each.destination)
      .map(({ envelope }) => envelope);
  }

  /** Codes of failures of this kind, without repetition. */
  codes(status: 'retry' | 'failed'): string[] {
    const codes = this.settlements.map(({ outcome }) => (outcome.status === status ? [outcome.failure.code] : []));
    return [...new Set(codes.flat())];
  }
}
