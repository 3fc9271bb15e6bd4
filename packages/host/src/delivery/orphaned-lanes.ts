import { PermanentError, type LaneIdentity, type Logger, type Outbox } from '@dest/core';
import type { LaneSet } from './lane-set';

export interface OrphanedLanesParts {
  readonly lanes: LaneSet;
  readonly outbox: Outbox;
  readonly logger: Logger;
}

/** What an operator does with what waits in lanes that no configured destination delivers. */
export class OrphanedLanes {
  readonly #parts: OrphanedLanesParts;

  constructor(parts: OrphanedLanesParts) {
    this.#parts = parts;
  }

  /**
   * Puts all that waits in one at the end of a destination's own. Returns how many.
   *
   * @throws PermanentError `DESTINATION_UNKNOWN`, `LANE_NOT_ORPHANED` or `LANE_DEBUG_DIFFERS`
   */
  async move(from: LaneIdentity, destination: string): Promise<number> {
    const { lanes, outbox } = this.#parts;
    await this.#atRest(from);
    const { identity, lane } = lanes.need(destination);
    if (identity.debug !== from.debug) {
      const side = from.debug ? 'test' : 'production';
      const message = `What waits in the lane of ${from.destination} is for ${side} credentials, and ${destination} uses the others.`;
      throw new PermanentError(message, { code: 'LANE_DEBUG_DIFFERS' });
    }
    const moved = await outbox.moveLane(from, identity);
    lane.moved();
    return moved;
  }

  /** Removes all that waits in one. Returns how many. @throws PermanentError `LANE_NOT_ORPHANED` */
  async drop(lane: LaneIdentity): Promise<number> {
    const { outbox, logger } = this.#parts;
    await this.#atRest(lane);
    const dropped = await outbox.dropLane(lane);
    logger.warn(`${dropped} deliveries of an orphaned lane were dropped`, { ...lane, dropped });
    return dropped;
  }

  /** Resolves when nothing is under way any more that the lane began while it was configured. */
  async #atRest(lane: LaneIdentity): Promise<void> {
    this.#needOrphan(lane);
    await this.#parts.lanes.closed(lane);
    // A reload may have brought it back meanwhile.
    this.#needOrphan(lane);
  }

  #needOrphan(lane: LaneIdentity): void {
    if (this.#parts.lanes.fitting(lane) === undefined) return;
    const message = `The lane ${JSON.stringify(lane)} is in use: a configured destination delivers what waits in it.`;
    throw new PermanentError(message, { code: 'LANE_NOT_ORPHANED' });
  }
}
