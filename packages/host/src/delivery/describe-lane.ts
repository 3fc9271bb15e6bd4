import type { LaneSize } from '@dest/core';
import type { LaneGear } from './lane-gear';
import type { LaneParts } from './lane-parts';
import { laneReason } from './lane-state';
import type { LaneState, LaneStatus } from './lane-status';

export interface LaneFacts {
  readonly state: LaneState;
  readonly inFlight: number;
  /** What the outbox has of it. */
  readonly size: LaneSize;
}

/** The status of a configured destination's lane. */
export function describeLane(
  { lane, clock, steady, faults, losses }: LaneParts,
  { breaker, settings }: LaneGear,
  { state, inFlight, size }: LaneFacts,
): LaneStatus {
  const { lastFailure, nextTryAt } = breaker;
  const { destination } = lane;
  const { waiting, bytes, oldest } = size;
  const now = steady.now();
  const reason = laneReason(state, settings, lastFailure);
  const faultCount = faults.countOf(destination);
  const { dropped, refused } = losses.countOf(destination);
  return {
    destination,
    lane,
    state,
    ...(reason === undefined ? {} : { reason }),
    breaker: breaker.state(now),
    ...(nextTryAt > now ? { nextTryAt: steady.toWall(nextTryAt) } : {}),
    waiting,
    inFlight,
    bytes,
    ...ageOf(oldest, clock.now()),
    ...(lastFailure === undefined ? {} : { lastFailure }),
    ...(dropped === 0 ? {} : { dropped }),
    ...(refused === 0 ? {} : { refused }),
    ...(faultCount === 0 ? {} : { faults: faultCount }),
  };
}

/** How long the oldest has waited by now. */
export function ageOf(oldest: number | undefined, now: number): Pick<LaneStatus, 'oldestAgeMs'> {
  return oldest === undefined ? {} : { oldestAgeMs: Math.max(0, now - oldest) };
}
