import type { Row } from './connection';
import { sqliteProblemOf } from './sqlite-problem';

/** How many rows are read at once: each time those before are passed over. */
const MOST_ROWS = 5_000;

/**
 * Gives the rows of a table as they lie, up to the first damage that can't be passed.
 *
 * @param read - rows from an offset on; throws where it meets damage
 */
export function* readInPlace(read: (limit: number, offset: number) => readonly Row[]): Generator<Row, void> {
  let limit = MOST_ROWS;
  for (let offset = 0; limit > 0;) {
    let rows: readonly Row[];
    try {
      rows = read(limit, offset);
    } catch (error) {
      const problem = sqliteProblemOf(error);
      if (problem !== 'damaged' && problem !== 'io') throw error;
      limit >>= 3;
      continue;
    }
    yield* rows;
    if (rows.length < limit) return;
    offset += rows.length;
  }
}
