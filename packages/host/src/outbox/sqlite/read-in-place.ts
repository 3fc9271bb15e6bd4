import type { Row } from './connection';
import { tryRead } from './try-read';

/** How many rows are read at once: each time those before are passed over. */
const MOST_ROWS = 5_000;

/** How many that can't be read are passed over in a row: more than fit onto a page. Then the way to what follows is lost. */
const MOST_PASSED = 200;

/**
 * Gives the rows of a table as they lie, passing over those that can't be read.
 *
 * @param read - rows from an offset on; throws where it meets damage
 */
export function* readInPlace(read: (limit: number, offset: number) => readonly Row[]): Generator<Row, void> {
  let limit = MOST_ROWS;
  let passed = 0;
  for (let offset = 0; passed <= MOST_PASSED;) {
    const rows = tryRead(() => read(limit, offset));
    if (rows === undefined && limit > 1) {
      limit = Math.max(1, limit >> 3);
    } else if (rows === undefined) {
      passed++;
      offset++;
    } else {
      yield* rows;
      if (rows.length < limit) return;
      passed = 0;
      offset += rows.length;
      limit = Math.min(MOST_ROWS, limit * 2);
    }
  }
}
