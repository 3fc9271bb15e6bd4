import type { Connection } from './connection';
import { DamagedFile } from './damaged-file';
import { lanesOf } from './lanes-of';
import { MAX_SEQUENCE } from './sound-sequence';

/**
 * The highest sequence that anything has.
 *
 * @throws DamagedFile where it can't be one
 */
export function highestSequence(connection: Connection): number {
  const first = (sql: string, ...values: number[]): number | undefined => {
    const value = connection.prepare(sql).get(values)?.[0];
    return typeof value === 'number' ? value : undefined;
  };
  // The number of an envelope is twice its sequence, and one more where it is shared.
  const envelope = first('SELECT CAST(MAX(envelope) AS INTEGER) FROM envelopes') ?? 0;
  let highest = Math.max(Math.floor(envelope / 2), first('SELECT CAST(MAX(sequence) AS INTEGER) FROM recent') ?? 0);
  for (const lane of lanesOf(connection)) {
    const last = first('SELECT CAST(MAX(sequence) AS INTEGER) FROM deliveries WHERE lane = ?', lane);
    highest = Math.max(highest, last ?? 0);
  }
  if (highest > MAX_SEQUENCE) throw new DamagedFile('a sequence is above all that may be');
  return highest;
}
