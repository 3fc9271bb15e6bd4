import type { Failure } from '@dest/core';
import type { DeliveryObserver, ObservedSettlement } from '@dest/host';

/** What became of the deliveries of one destination since the start. */
export interface DestinationCounts {
  delivered: number;
  retried: number;
  failed: number;
  lastFailed: Failure | undefined;
}

/** Counts what is said of every try, by destination. */
export class RunTally implements DeliveryObserver {
  readonly #destinations = new Map<string, DestinationCounts>();
  delivered = 0;
  failed = 0;

  /** Those of which something was tried. */
  get destinations(): Iterable<string> {
    return [...this.#destinations]
      .filter(([, { delivered, retried, failed }]) => delivered + retried + failed > 0)
      .map(([id]) => id);
  }

  of(destination: string): DestinationCounts {
    let counts = this.#destinations.get(destination);
    if (counts === undefined) {
      counts = { delivered: 0, retried: 0, failed: 0, lastFailed: undefined };
      this.#destinations.set(destination, counts);
    }
    return counts;
  }

  settled({ delivery, outcome }: ObservedSettlement): void {
    const counts = this.of(delivery.lane.destination);
    switch (outcome.status) {
      case 'delivered':
        counts.delivered++;
        this.delivered++;
        return;
      case 'retry':
        counts.retried++;
        return;
      case 'failed':
        counts.failed++;
        this.failed++;
        counts.lastFailed = outcome.failure;
        return;
    }
  }
}
