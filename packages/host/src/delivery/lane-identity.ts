import type { Destination, LaneIdentity } from '@dest/core';

/** The lane of a destination. */
export function laneIdentity({ id, package: name, generation = 1 }: Destination, debug: boolean): LaneIdentity {
  return Object.freeze({ destination: id, package: name, debug, generation });
}
