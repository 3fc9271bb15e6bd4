import type { StoredDelivery } from '@dest/core';

/** A delivery that waits, never tried; what isn't given follows from its sequence. */
export function storedDelivery(given: Partial<StoredDelivery> & { readonly sequence: number }): StoredDelivery {
  return {
    lane: { destination: 'd', package: '@dest/example', debug: false, generation: 1 },
    id: `delivery-${given.sequence}`,
    envelope: given.sequence,
    kind: 'event',
    waitingSince: 0,
    attempts: 0,
    tries: 0,
    dueAt: 0,
    scheduledAt: 0,
    bytes: 1,
    replay: false,
    crashes: 0,
    ...given,
  };
}
