import type { BatchItem, Data } from '@dest/core';
import { anEvent } from './an-event';
import { aProfile } from './a-profile';

/**
 * One delivery of a batch, as a host makes it: an event with its profile, whose id is the key. `rest` is put over it.
 *
 * @param data - what the mapping made
 */
export function aBatchItem(data: Data, rest: Partial<BatchItem> = {}): BatchItem {
  const profile = aProfile();
  return {
    kind: 'event',
    data,
    json: JSON.stringify(data),
    event: anEvent(),
    profile,
    attempt: 1,
    possiblyDelivered: false,
    idempotencyKey: 'event-1:destination-1',
    key: profile.id as string,
    ...rest,
  };
}
