import type { Row } from './connection';
import { tryRead } from './try-read';

/** How many rows are read at once where nothing is damaged; each may be large. */
const MOST_ROWS = 32;

/** No key is above this one. */
const MAX_KEY = 2 ** 48;

/** Reads rows with a key above `after`, ascending, at most `limit`. Throws where it meets damage. */
export type ReadRows = (after: number, limit: number) => readonly Row[];

/**
 * Gives every row of a table that can be read, passing over what is damaged.
 *
 * @param key - which column is the key
 */
export function* scanTable(read: ReadRows, key = 0): Generator<Row, void> {
  let limit = MOST_ROWS;
  for (let after: number | undefined = 0; after !== undefined;) {
    const from: number = after;
    const rows = tryRead(() => read(from, limit));
    if (rows === undefined) {
      if (limit === 1) after = firstReadable(read, from);
      limit = Math.max(1, limit >> 3);
      continue;
    }
    yield* rows;
    const last = rows.at(-1)?.[key];
    // Keys that don't rise would be read for ever.
    after = typeof last === 'number' && last > from ? last : undefined;
    limit = Math.min(MOST_ROWS, limit * 2);
  }
}

/** The least key behind the damage after which can be read; undefined where nothing follows. */
function firstReadable(read: ReadRows, damaged: number): number | undefined {
  let step = 1;
  while (tryRead(() => read(damaged + step, 1)) === undefined) {
    step *= 2;
    if (damaged + step > MAX_KEY) return undefined;
  }
  let [low, high] = [damaged + Math.floor(step / 2), damaged + step];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (tryRead(() => read(middle, 1)) === undefined) low = middle;
    else high = middle;
  }
  return high;
}
