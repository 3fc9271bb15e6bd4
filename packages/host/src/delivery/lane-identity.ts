import type { Destination, LaneIdentity } from '@dest/core';

/** The lane of a destination. */
export function laneIdentity({ id, package: name, generation }: Destination, debug: boolean): LaneIdentity {
  return Object.freeze({ destination: id, package: name, debug, generation });
}

/** The same text for the same lane, and no other. */
export function laneKey({ destination, package: name, debug, generation }: LaneIdentity): string {
  return JSON.stringify([destination, name, debug, generation]);
}
