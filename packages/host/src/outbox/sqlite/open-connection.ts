import { accessSync, constants } from 'node:fs';
import { Connection } from './connection';
import { DamagedFile } from './damaged-file';
import { lockedFault } from './locked-fault';
import { expectedSchema, schemaOf } from './schema-rows';
import { OutboxFault } from './outbox-fault';
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema';
import { isReadOnly, sqliteProblemOf } from './sqlite-problem';

/** Rows of one kibibyte fit well, and the pages of the index of ids, of which each append dirties one, stay small. */
export const PAGE_SIZE = 4_096;

/** How much of the file is held in memory, in KiB. */
const CACHE_KIB = 8_192;

/** After how many pages, at most, the log is brought into the file. */
const CHECKPOINT_PAGES = 2_000;

/** How large the log may stay, in bytes, after it was brought into the file. */
const MAX_LOG_BYTES = 16_777_216;

/**
 * Opens the file for this process alone, and brings it to the version of this program.
 *
 * @throws OutboxFault `OUTBOX_LOCKED`, `OUTBOX_NEWER`; what SQLite throws where it is damaged or can't be read
 */
export function openConnection(path: string): Connection {
  const connection = new Connection(path);
  try {
    const set = (pragma: string): unknown => connection.prepare(`PRAGMA ${pragma}`).all([]);
    // The lock against a second host: the system releases it whatever becomes of the process. First of all, since what reads
    // before it makes a file of shared memory, for which a full disk has no room.
    set('locking_mode = EXCLUSIVE');
    // Written to the header, also where nothing changes.
    if (connection.number('PRAGMA page_count') === 0) {
      set(`page_size = ${PAGE_SIZE}`);
      set('auto_vacuum = INCREMENTAL');
    }
    set('journal_mode = WAL');
    set('synchronous = FULL');
    set('secure_delete = FAST');
    set(`cache_size = -${CACHE_KIB}`);
    limitLog(connection, CHECKPOINT_PAGES * PAGE_SIZE);
    set(`journal_size_limit = ${MAX_LOG_BYTES}`);
    migrate(connection, path);
    return connection;
  } catch (error) {
    closeQuietly(connection);
    // What may be written and says that it may not has other bits in its header.
    if (isReadOnly(error) && mayWrite(path)) throw new DamagedFile('its header says that it is read only');
    if (sqliteProblemOf(error) !== 'busy') throw error;
    throw lockedFault(path);
  }
}

/** Brings the log into the file when it has so many bytes, or before. */
export function limitLog(connection: Connection, bytes: number): void {
  const pages = Math.min(CHECKPOINT_PAGES, Math.max(100, Math.floor(bytes / PAGE_SIZE)));
  connection.prepare(`PRAGMA wal_autocheckpoint = ${pages}`).all([]);
}

/** Writes in any case, so that the lock is held from here on. */
function migrate(connection: Connection, path: string): void {
  let version = 0;
  connection.transaction(() => {
    version = versionOf(connection);
    if (version > SCHEMA_VERSION) throw newer(path, version);
    if (version === 0) connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`);
    for (const migration of MIGRATIONS.slice(version)) connection.execute(migration);
    connection.prepare('UPDATE state SET version = ? WHERE one = 1').run([SCHEMA_VERSION]);
    connection.execute(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    if (schemaOf(connection) !== expectedSchema()) throw new DamagedFile('its schema is not what it was made with');
  });
  // So that the file itself says what it is, also without its log.
  if (version !== SCHEMA_VERSION) connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
}

/** It stands in two places: a flipped bit makes no newer version. */
function versionOf(connection: Connection): number {
  const version = connection.number('PRAGMA user_version');
  const tables = connection.number("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'state'");
  if (version === 0 && connection.number('SELECT COUNT(*) FROM sqlite_schema') === 0) return 0;
  const written = tables === 0 ? 0 : connection.number('SELECT CAST(version AS INTEGER) FROM state WHERE one = 1');
  if (written !== version) throw new DamagedFile(`it says version ${version} here and ${written} there`);
  return version;
}

function newer(path: string, version: number): OutboxFault {
  return new OutboxFault({
    retry: 'configuration',
    code: 'OUTBOX_NEWER',
    message:
      `The outbox file ${path} has version ${version}; this program knows versions up to ${SCHEMA_VERSION}. It was left as ` +
      'it is. Run the newer program that wrote it, or name another file in outbox.path.',
  });
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What went wrong before is told, not that closing fails for the same reason. */
function closeQuietly(connection: Connection): void {
  try {
    connection.close();
  } catch {
    // The process gives the file back in the end.
  }
}
