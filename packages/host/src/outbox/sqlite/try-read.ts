import type { Row } from './connection';
import { sqliteProblemOf } from './sqlite-problem';

/** Undefined where what would be read is damaged; a sector that can't be read is, too. */
export function tryRead(read: () => readonly Row[]): readonly Row[] | undefined {
  try {
    return read();
  } catch (error) {
    const problem = sqliteProblemOf(error);
    if (problem !== 'damaged' && problem !== 'io') throw error;
    return undefined;
  }
}
