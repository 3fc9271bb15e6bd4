import type { Row } from './connection';
import { fingerprint } from './fingerprint';
import { textOf } from './text-form';

/** A delivery as it is stored. */
export interface DeliveryRow {
  readonly lane: number;
  readonly sequence: number;
  readonly envelope: number;
  /** 0: event, 1: profile. */
  readonly kind: number;
  /** As it is stored. */
  readonly key: string | null;
  /** JSON. */
  readonly changes: string | null;
  readonly bytes: number;
  readonly waitingSince: number;
  readonly attempts: number;
  readonly tries: number;
  readonly dueAt: number | null;
  readonly scheduledAt: number | null;
  /** JSON: a list of failed tries. */
  readonly history: string | null;
  /** Its id, where it isn't the sequence. */
  readonly movedId: number | null;
}

/** What is selected for `toDeliveryRow`. */
export const DELIVERY_COLUMNS = `CAST(lane AS INTEGER), CAST(sequence AS INTEGER), CAST(envelope AS INTEGER),
  CAST(kind AS INTEGER), CAST(key AS BLOB), CAST(changes AS BLOB), CAST(bytes AS INTEGER), waiting_since + 0,
  CAST(attempts AS INTEGER), CAST(tries AS INTEGER), due_at + 0, scheduled_at + 0, CAST(history AS BLOB),
  CAST(moved_id AS INTEGER), CAST(checksum AS INTEGER)`;

/** Undefined where it is damaged. */
export function toDeliveryRow(row: Row): DeliveryRow | undefined {
  const found: DeliveryRow = {
    lane: row[0] as number,
    sequence: row[1] as number,
    envelope: row[2] as number,
    kind: row[3] as number,
    key: nullOrText(row[4]),
    changes: nullOrText(row[5]),
    bytes: row[6] as number,
    waitingSince: row[7] as number,
    attempts: row[8] as number,
    tries: row[9] as number,
    dueAt: row[10] as number | null,
    scheduledAt: row[11] as number | null,
    history: nullOrText(row[12]),
    movedId: row[13] as number | null,
  };
  return deliveryChecksum(found) === row[14] ? found : undefined;
}

export function deliveryChecksum(row: DeliveryRow): number {
  return fingerprint([
    row.lane,
    row.sequence,
    row.envelope,
    row.kind,
    row.key,
    row.changes,
    row.bytes,
    row.waitingSince,
    row.attempts,
    row.tries,
    row.dueAt,
    row.scheduledAt,
    row.history,
    row.movedId,
  ]);
}

function nullOrText(value: Row[number] | undefined): string | null {
  return value === null || value === undefined ? null : textOf(value);
}
