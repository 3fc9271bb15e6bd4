import type { AcceptedEnvelope, LoadedDelivery, StoredDelivery } from '@dest/core';

type OpenDelivery = { -readonly [Field in keyof LoadedDelivery]: LoadedDelivery[Field] };

/** A delivery together with its envelope. Written out, since each one comes by here and a spread takes several times as long. */
export function loadedDelivery(delivery: StoredDelivery, accepted: AcceptedEnvelope): LoadedDelivery {
  const { lane, id, sequence, envelope, kind, key, changes, waitingSince, attempts, tries } = delivery;
  const { dueAt, scheduledAt, bytes, replay, crashes } = delivery;
  const loaded: OpenDelivery = {
    lane,
    id,
    sequence,
    envelope,
    kind,
    waitingSince,
    attempts,
    tries,
    dueAt,
    scheduledAt,
    bytes,
    replay,
    crashes,
    accepted,
  };
  if (key !== undefined) loaded.key = key;
  if (changes !== undefined) loaded.changes = changes;
  return loaded;
}
