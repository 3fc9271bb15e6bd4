import type { DeliveryRow } from './delivery-row';
import type { DeliveryFields } from './protocol';
import type { Tables } from './tables';
import { fromStoredText } from './text-form';

/** A delivery as it is handed to the other thread. */
export function toFields({ crashes }: Pick<Tables, 'crashes'>, row: DeliveryRow): DeliveryFields {
  return [
    row.movedId ?? row.sequence,
    row.sequence,
    row.envelope,
    row.kind,
    row.key === null ? null : fromStoredText(row.key),
    row.changes,
    row.waitingSince,
    row.attempts,
    row.tries,
    row.dueAt ?? 0,
    row.scheduledAt ?? 0,
    row.bytes,
    crashes.size === 0 ? 0 : (crashes.get(`${row.lane}/${row.sequence}`) ?? 0),
  ];
}
