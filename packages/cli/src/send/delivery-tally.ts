import type { ObservedSettlement, Receipt } from '@dest/host';
import { DestinationTally } from './destination-tally';

/** Counts by destination: what receipts say, and what is said of every try. */
export class DeliveryTally {
  readonly #destinations = new Map<string, DestinationTally>();
  delivered = 0;
  failed = 0;

  of(destination: string): DestinationTally {
    let tally = this.#destinations.get(destination);
    if (tally === undefined) this.#destinations.set(destination, (tally = new DestinationTally()));
    return tally;
  }

  /** The destinations that were counted for, with their counts. */
  entries(): Iterable<readonly [string, DestinationTally]> {
    return this.#destinations;
  }

  accepted({ deliveries, skipped, refused }: Receipt): void {
    for (const { destination } of deliveries) this.of(destination).matched++;
    for (const { destination } of refused) {
      const tally = this.of(destination);
      tally.matched++;
      tally.refused++;
    }
    for (const { destination, reason } of skipped) {
      const counts = this.of(destination).skipped;
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }

  settled({ delivery, outcome }: ObservedSettlement, settledAt: number): void {
    const tally = this.of(delivery.lane.destination);
    switch (outcome.status) {
      case 'delivered':
        tally.delivered++;
        this.delivered++;
        tally.latency.record(settledAt - delivery.accepted.acceptedAt);
        return;
      case 'retry':
        tally.retried++;
        return;
      case 'failed':
        tally.failed++;
        this.failed++;
        tally.lastFailed = outcome.failure;
        return;
    }
  }
}
