import type { LaneIdentity } from '../ports/outbox';

/** A text that is the same for the same lane only. */
export function laneKey({ destination, package: name, debug, generation }: LaneIdentity): string {
  // The length tells where the one name ends and the other begins, whatever is in them.
  return `${generation}:${debug}:${destination.length}:${destination}${name}`;
}
