import { DamagedFile } from './damaged-file';
import type { LaneRow } from './lane-table';
import type { Tables } from './tables';
import { textOf } from './text-form';

/** How many rows lie there, how many of them with a time, and how many are another lane's; the plus keeps indexes out of it. */
const ROWS = 'SELECT COUNT(*), COUNT(+due_at), TOTAL(+lane IS NOT ?1) FROM deliveries WHERE lane = ?1';

const DUE_BY_INDEX =
  'SELECT COUNT(*) FROM deliveries INDEXED BY deliveries_by_due WHERE lane = ? AND due_at IS NOT NULL';

/** Many in one text, which takes less time than a row each. */
const SEQUENCES_AT_ONCE = 20_000;
const SOME_SEQUENCES = `SELECT CAST(GROUP_CONCAT(sequence) AS BLOB) FROM
  (SELECT sequence FROM deliveries WHERE lane = ? AND sequence > ? ORDER BY sequence LIMIT ${SEQUENCES_AT_ONCE})`;

/** Counts each lane once after it was opened, when it was read to its end: what is missing was lost without anybody noticing. */
export class LaneAudit {
  readonly #tables: Tables;
  readonly #audited = new Set<number>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /**
   * @throws DamagedFile where rows are missing or don't lie in order, or the index of what waits for a retry is not that of
   *   the rows
   */
  audit(lane: LaneRow): void {
    if (this.#audited.has(lane.number)) return;
    this.#audited.add(lane.number);
    this.#check(lane.number);
    this.#check(lane.number + 1);
    if (this.#tables.lanes.recount(lane) > 0)
      throw new DamagedFile('rows of a lane are not found where they should be');
  }

  #check(number: number): void {
    const { connection } = this.#tables;
    const [rows, due, foreign] = connection.prepare(ROWS).get([number]) as readonly number[];
    if (connection.number(DUE_BY_INDEX, [number]) !== due) throw new DamagedFile('an index is not that of its table');
    if (foreign !== 0 || this.#countRising(number) !== rows) throw new DamagedFile('rows of a lane don’t lie in order');
  }

  /** How many are found by their keys. Where one doesn't lie in order, neighbours of it are not. */
  #countRising(number: number): number {
    const read = this.#tables.connection.prepare(SOME_SEQUENCES);
    let count = 0;
    for (let last = Number.MIN_SAFE_INTEGER, isEnd = false; !isEnd;) {
      const text = textOf(read.get([number, last])?.[0]);
      const sequences = text === '' ? [] : text.split(',');
      for (const sequence of sequences) {
        // Also what is no number.
        if (!(Number(sequence) > last)) return NaN;
        last = Number(sequence);
      }
      count += sequences.length;
      isEnd = sequences.length < SEQUENCES_AT_ONCE;
    }
    return count;
  }
}
