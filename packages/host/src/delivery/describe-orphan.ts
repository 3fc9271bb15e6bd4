import type { LaneIdentity, LaneSize } from '@dest/core';
import { ageOf } from './describe-lane';
import type { LaneStatus } from './lane-status';

export interface OrphanFacts {
  readonly lane: LaneIdentity;
  /** What the outbox has of it. */
  readonly size: LaneSize;
  /** What is under way of it still. */
  readonly inFlight: number;
  /** The lane of the destination with its id, where there is one. */
  readonly configured: LaneIdentity | undefined;
}

/** The status of a lane that no configured destination delivers. */
export function describeOrphan({ lane, size, inFlight, configured }: OrphanFacts, now: number): LaneStatus {
  const { waiting, bytes, oldest } = size;
  return {
    destination: lane.destination,
    lane,
    state: 'orphaned',
    reason: reasonOf(lane, configured),
    breaker: 'closed',
    waiting,
    inFlight,
    bytes,
    ...ageOf(oldest, now),
  };
}

function reasonOf(lane: LaneIdentity, now: LaneIdentity | undefined): { code: string; message: string } {
  const side = (debug: boolean): string => (debug ? 'test' : 'production');
  const message =
    now === undefined
      ? `There is no destination ${lane.destination} in the configuration.`
      : now.package !== lane.package
        ? `It waits for ${lane.package}, and ${lane.destination} is ${now.package} now.`
        : now.debug !== lane.debug
          ? `It waits for ${side(lane.debug)} credentials, and the host uses those of ${side(now.debug)} now.`
          : `It waits for generation ${lane.generation} of ${lane.destination}, and that is ${now.generation} now.`;
  return { code: 'LANE_ORPHANED', message };
}
