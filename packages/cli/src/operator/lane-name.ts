import { ConfigurationError, type LaneIdentity } from '@dest/core';
import type { LaneStatus } from '@dest/host';

/** `orders/@dest/pulsar/1/production`: what an orphaned lane is called by. No two have the same. */
export function laneName({ destination, package: type, generation, debug }: LaneIdentity): string {
  return `${destination}/${type}/${generation}/${debug ? 'test' : 'production'}`;
}

/**
 * The orphaned lane of that name.
 *
 * @throws ConfigurationError `LANE_UNKNOWN`, `LANE_NOT_ORPHANED`
 */
export function findOrphan(lanes: readonly LaneStatus[], name: string): LaneStatus {
  const found = lanes.find(({ lane }) => laneName(lane) === name);
  if (found?.state === 'orphaned') return found;
  if (found !== undefined) {
    throw new ConfigurationError(
      `The lane ${name} is in use: ${found.destination} delivers what waits in it. Only what waits for a destination that is ` +
        'gone can be moved or dropped.',
      { code: 'LANE_NOT_ORPHANED' },
    );
  }
  const orphans = lanes.filter(({ state }) => state === 'orphaned').map(({ lane }) => laneName(lane));
  const there = orphans.length === 0 ? 'There are none.' : `There are: ${orphans.join(', ')}.`;
  throw new ConfigurationError(`There is no orphaned lane ${name}. ${there}`, { code: 'LANE_UNKNOWN' });
}
