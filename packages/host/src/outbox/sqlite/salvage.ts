import { closeSync, existsSync, fstatSync, openSync, statSync } from 'node:fs';
import { Connection, type Row } from './connection';
import { finishSwap, freshPathOf, isHalfSwapped, removeFresh, salvagedPathOf, swapFiles } from './file-swap';
import { lockedFault } from './locked-fault';
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
  if (isHalfSwapped(path)) {
    refuseWhereInUse(path, salvagedPathOf(path));
    return { movedTo: finishSwap(path), lost: 0, unreadable: false };
  }
  const fresh = freshPathOf(path);
  refuseWhereInUse(path, fresh);
  // Else it is the template that the first attempt left.
  if (mend) mendFirstPage(path, fresh);
  const source = tryOpen(path);
  removeFresh(path);
  const made = makeFresh(path);
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
  if (statSync(fresh).ino !== made) throw lockedFault(path);
  return { movedTo: swapFiles(path), lost, unreadable: source === undefined };
}

/** For the owner only, before anything is in it; SQLite gives its log the same mode. Returns which one it is. */
function makeFresh(path: string): number {
  try {
    const file = openSync(freshPathOf(path), 'wx', 0o600);
    const { ino } = fstatSync(file);
    closeSync(file);
    return ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw lockedFault(path);
    throw error;
  }
}

/** Another process that mends the file has what it makes locked. */
function refuseWhereInUse(path: string, made: string): void {
  if (!existsSync(made)) return;
  try {
    const connection = new Connection(made);
    connection.prepare('PRAGMA locking_mode = EXCLUSIVE').all([]);
    connection.transaction(() => undefined);
  } catch (error) {
    if (sqliteProblemOf(error) === 'busy') throw lockedFault(path);
    // What was begun and is broken has nobody.
  }
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
    if (problem === 'busy') throw lockedFault(path);
    if (problem === 'full') throw error;
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
