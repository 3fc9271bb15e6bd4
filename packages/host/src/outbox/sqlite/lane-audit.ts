import { DamagedFile } from './damaged-file';
import type { LaneRow } from './lane-table';
import type { Tables } from './tables';

/** Counts each lane once after it was opened, when it was read to its end: what is missing was lost without anybody noticing. */
export class LaneAudit {
  readonly #tables: Tables;
  readonly #audited = new Set<number>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** @throws DamagedFile where rows are missing, or the index of what waits for a retry is not that of the rows */
  audit(lane: LaneRow): void {
    if (this.#audited.has(lane.number)) return;
    this.#audited.add(lane.number);
    const { connection, lanes } = this.#tables;
    const count = (by: string): number =>
      connection.number(`SELECT COUNT(*) FROM deliveries ${by} WHERE lane IN (?, ?) AND due_at IS NOT NULL`, [
        lane.number,
        lane.number + 1,
      ]);
    if (count('INDEXED BY deliveries_by_due') !== count('NOT INDEXED')) {
      throw new DamagedFile('an index is not that of its table');
    }
    if (lanes.recount(lane) > 0) throw new DamagedFile('rows of a lane are not found where they should be');
  }
}
