import type { Failure, Settlement } from '@dest/core';

/**
 * `ready`: delivers. `backing-off`: the destination failed and is tried again by itself. `paused`: its configuration has
 * to be mended; it is probed now and then. `unavailable`: no instance can be made. `closed`: the host is closed.
 */
export type LaneState = 'ready' | 'backing-off' | 'paused' | 'unavailable' | 'closed';

/** How a destination's lane is doing. */
export interface LaneStatus {
  readonly destination: string;
  readonly state: LaneState;
  /** Deliveries that are not settled, those in flight included. */
  readonly waiting: number;
  readonly inFlight: number;
  readonly bytes: number;
  /** How long the oldest has waited, in milliseconds. */
  readonly oldestAgeMs?: number;
  readonly lastFailure?: Failure;
}

/** Is told of every try, for logs, metrics and summaries. It must not throw. */
export interface DeliveryObserver {
  /** @param settledAt - milliseconds since the epoch, by the host's clock */
  settled(settlement: Settlement, settledAt: number): void;
}
