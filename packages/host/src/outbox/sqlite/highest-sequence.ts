import type { Connection } from './connection';
import { lanesOf } from './lanes-of';

/**
 * The highest sequence that anything has. Where the log was torn, pages of the file may be later than what is stored of the
 * sequence itself.
 */
export function highestSequence(connection: Connection): number {
  const first = (sql: string, ...values: number[]): number | undefined => {
    const value = connection.prepare(sql).get(values)?.[0];
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
  };
  // The number of an envelope is twice its sequence, and one more where it is shared.
  const envelope = first('SELECT CAST(MAX(envelope) AS INTEGER) FROM envelopes') ?? 0;
  let highest = Math.max(Math.floor(envelope / 2), first('SELECT CAST(MAX(sequence) AS INTEGER) FROM recent') ?? 0);
  for (const lane of lanesOf(connection)) {
    const last = first('SELECT CAST(MAX(sequence) AS INTEGER) FROM deliveries WHERE lane = ?', lane);
    highest = Math.max(highest, last ?? 0);
  }
  return highest;
}
