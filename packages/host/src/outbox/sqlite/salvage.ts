import { Connection, type Row } from './connection';
import { freshPathOf, removeFresh, swapFiles } from './file-swap';
import { mendFirstPage } from './mend-first-page';
import { openConnection } from './open-connection';
import { SalvageCopy } from './salvage-copy';
import { expectedSchema, schemaOf } from './schema-rows';
import { sqliteProblemOf } from './sqlite-problem';
import { Tables } from './tables';

/** What came of it. */
export interface Salvaged {
  /** Where the damaged file is now. */
  readonly movedTo: string;
  /** How many records could not be saved, as far as that can be told. */
  readonly lost: number;
  /** Nothing could be read at all. */
  readonly unreadable: boolean;
}

/**
 * Makes a new file of everything that can be read in a damaged one, and puts it in its place. An interruption leaves the
 * damaged file or the new one, never less. A thread opens a file once: libsql lets go of its lock only when the thread ends.
 *
 * @param mend - its first page is mended before, since it could not be read without
 * @returns undefined where its first page must be mended
 */
export function salvage(path: string, dedupeWindowMs: number, mend: boolean): Salvaged | undefined {
  const fresh = freshPathOf(path);
  // Else it is the template that the first attempt left.
  if (mend) mendFirstPage(path, fresh);
  removeFresh(path);
  const source = tryOpen(path);
  const target = openConnection(fresh);
  let lost = 0;
  try {
    // All of it is synced in the end.
    target.execute('PRAGMA synchronous = OFF');
    if (source !== undefined) lost = new SalvageCopy(source, new Tables(target, dedupeWindowMs)).run();
    target.execute('PRAGMA synchronous = FULL');
    target.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
  } finally {
    target.close();
    if (source !== undefined) closeDamaged(source);
  }
  if (source === undefined && !mend) return undefined;
  return { movedTo: swapFiles(path), lost, unreadable: source === undefined };
}

function tryOpen(path: string): Connection | undefined {
  let connection: Connection | undefined;
  try {
    connection = new Connection(path);
    connection.prepare('PRAGMA locking_mode = EXCLUSIVE').all([]);
    connection.prepare('PRAGMA cell_size_check = ON').all([]);
    if (schemaOf(connection) === expectedSchema() && isUtf8(connection)) return connection;
  } catch (error) {
    const problem = sqliteProblemOf(error);
    if (problem === 'busy' || problem === 'full') throw error;
  }
  if (connection !== undefined) closeDamaged(connection);
  return undefined;
}

/** Texts in another encoding would be read as something else. */
function isUtf8(connection: Connection): boolean {
  const [encoding] = connection.prepare('SELECT CAST(encoding AS BLOB) FROM pragma_encoding').get([]) as Row;
  return (encoding as Buffer).toString('latin1') === 'UTF-8';
}

function closeDamaged(connection: Connection): void {
  try {
    connection.close();
  } catch {
    // Its last write may fail: what is in it was read before.
  }
}
