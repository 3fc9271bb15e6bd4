import type { Failure, LaneIdentity, LoadedDelivery, Settlement } from '@dest/core';

/**
 * `ready`: delivers. `backing-off`: the destination failed and is tried again by itself. `paused`: its configuration has
 * to be mended; it is probed now and then. `unavailable`: no instance can be made. `disabled`: it or its resource is
 * switched off; what waits is held. `orphaned`: no configured destination fits what waits. `closed`: the host is closed.
 */
export type LaneState = 'ready' | 'backing-off' | 'paused' | 'unavailable' | 'disabled' | 'orphaned' | 'closed';

/** `open`: nothing is tried. `half-open`: a probe tells whether it works again. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** How a destination's lane is doing. */
export interface LaneStatus {
  readonly destination: string;
  readonly lane: LaneIdentity;
  readonly state: LaneState;
  /** Why nothing is delivered now, where that is so. */
  readonly reason?: { readonly code: string; readonly message: string };
  readonly breaker: BreakerState;
  /** When a destination that failed is tried again, in milliseconds since the epoch. */
  readonly nextTryAt?: number;
  /** Deliveries that are not settled, those in flight included. */
  readonly waiting: number;
  readonly inFlight: number;
  readonly bytes: number;
  /** How long the oldest has waited, in milliseconds. */
  readonly oldestAgeMs?: number;
  readonly lastFailure?: Failure;
  /** How many deliveries were dropped since the start, by `whenFull` or `whenDisabled`; absent for none. */
  readonly dropped?: number;
  /** How many deliveries it refused since the start, since it was full; absent for none. */
  readonly refused?: number;
  /** How often its plugin threw outside of any call, since the start; absent for never. */
  readonly faults?: number;
}

/** A settlement of what was loaded. */
export interface ObservedSettlement extends Settlement {
  readonly delivery: LoadedDelivery;
}

/** Is told of every try, for logs, metrics and summaries. What it throws is logged. */
export interface DeliveryObserver {
  /** @param settledAt - milliseconds since the epoch, by the host's clock */
  settled(settlement: ObservedSettlement, settledAt: number): void;
}
