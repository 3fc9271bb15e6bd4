import { DamagedFile } from './damaged-file';
import { lanesOf } from './lanes-of';
import { STEP_ROWS } from './steps';
import { contentOf, type Tables } from './tables';

/** Sets aside what waits in lanes of which nobody knows whose they are. */
export function setOrphansAside(tables: Tables): void {
  for (const lane of lanesOf(tables.connection)) {
    if (tables.lanes.ofNumber(lane) === undefined) while (setSomeAside(tables, lane));
  }
}

function setSomeAside(tables: Tables, lane: number): boolean {
  const rows = tables.connection
    .prepare(
      `SELECT CAST(sequence AS INTEGER), CAST(envelope AS INTEGER), CAST(key AS BLOB), CAST(changes AS BLOB)
       FROM deliveries WHERE lane = ? ORDER BY sequence LIMIT ${STEP_ROWS}`,
    )
    .all([lane]);
  const remove = tables.connection.prepare('DELETE FROM deliveries WHERE lane = ? AND sequence = ?');
  tables.transaction(() => {
    for (const row of rows) {
      if (remove.run([lane, row[0] as number]) === 0) throw new DamagedFile('a row is not found by its key');
      tables.quarantine.add('deliveries', `${lane}/${row[0] as number}`, contentOf(row));
    }
  });
  return rows.length === STEP_ROWS;
}
