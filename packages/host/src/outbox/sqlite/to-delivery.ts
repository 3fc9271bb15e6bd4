import type { LaneIdentity, StoredDelivery } from '@dest/core';
import type { DeliveryFields } from './protocol';

/** A delivery as the port gives it. */
export function toDelivery(lane: LaneIdentity, fields: DeliveryFields, replay: boolean): StoredDelivery {
  const [id, sequence, envelope, kind, key, changes] = fields;
  const [waitingSince, attempts, tries, dueAt, scheduledAt, bytes, crashes] = fields.slice(6) as number[];
  return {
    lane,
    id: String(id),
    sequence: sequence as number,
    envelope: envelope as number,
    kind: kind === 1 ? 'profile' : 'event',
    ...(key === null ? {} : { key: key as string }),
    ...(changes === null ? {} : { changes: JSON.parse(changes as string) as string[] }),
    waitingSince: waitingSince as number,
    attempts: attempts as number,
    tries: tries as number,
    dueAt: dueAt as number,
    scheduledAt: scheduledAt as number,
    bytes: bytes as number,
    replay,
    crashes: crashes as number,
  };
}
