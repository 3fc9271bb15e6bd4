import { failureOf, type LoadedDelivery, type Settlement } from '@dest/core';
import type { Breaker } from './breaker';
import type { LaneParts } from './lane-parts';
import { loadedDelivery } from './loaded-delivery';

/** Tells the log and the observer what a lane does. */
export class LaneReporter {
  readonly #parts: LaneParts;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /** Of what was loaded, what is needed to tell of these tries: the rest needn't be held until the outbox has noted them. */
  needed(
    settlements: readonly Settlement[],
    loaded: ReadonlyMap<string, LoadedDelivery>,
  ): ReadonlyMap<string, LoadedDelivery> {
    if (this.#parts.observer !== undefined) return loaded;
    const needed = new Map<string, LoadedDelivery>();
    for (const { delivery, outcome } of settlements) {
      const whole = outcome.status === 'delivered' ? undefined : loaded.get(delivery.id);
      if (whole !== undefined) needed.set(delivery.id, whole);
    }
    return needed;
  }

  /**
   * Tells of a try that the outbox has noted. Without `loaded`, its envelope could not be read. What was replaced or dropped
   * meanwhile is `superseded`: nothing comes of its failure.
   */
  settled(settlement: Settlement, loaded: LoadedDelivery | undefined, superseded: boolean): void {
    const { observer, logger, lane } = this.#parts;
    const { delivery, outcome, settledAt } = settlement;
    if (outcome.status !== 'delivered') {
      const { code, message } = outcome.failure;
      const envelope = loaded?.accepted.id ?? delivery.envelope;
      const fields = { destination: lane.destination, envelope, code, reason: message };
      if (superseded) logger.debug('A delivery failed that was replaced or dropped meanwhile', fields);
      else if (outcome.status === 'failed') logger.error('A delivery failed for good: it is a dead letter', fields);
      else logger.debug('A delivery failed and is tried again', fields);
    }
    if (loaded === undefined) return;
    observer?.settled({ ...settlement, delivery: loadedDelivery(delivery, loaded.accepted) }, settledAt);
  }

  /** Tells of a pause, and of its end. */
  health(turned: 'paused' | 'working', { lastFailure }: Breaker): void {
    const { logger, lane } = this.#parts;
    const { destination } = lane;
    if (turned === 'working') logger.info(`Destination ${destination} works again`, { destination });
    else {
      const fields = { destination, code: lastFailure?.code };
      logger.error(`Destination ${destination} is paused: ${lastFailure?.message}`, fields);
    }
  }

  error(message: string, error: unknown): void {
    const { logger, lane } = this.#parts;
    logger.error(message, { destination: lane.destination, reason: failureOf(error).message });
  }
}
