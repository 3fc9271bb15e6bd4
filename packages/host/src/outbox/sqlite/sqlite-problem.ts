import { DamagedFile } from './damaged-file';
import { OutboxFault } from './outbox-fault';

/** What kind of trouble an error of SQLite is. */
export type SqliteProblem = 'damaged' | 'full' | 'busy' | 'io';

/** Primary result codes, see https://sqlite.org/rescode.html. */
const PROBLEMS: Readonly<Record<number, SqliteProblem>> = {
  3: 'io', // PERM
  5: 'busy', // BUSY
  6: 'busy', // LOCKED
  7: 'io', // NOMEM
  8: 'io', // READONLY
  10: 'io', // IOERR
  11: 'damaged', // CORRUPT
  13: 'full', // FULL
  14: 'io', // CANTOPEN
  15: 'io', // PROTOCOL
  22: 'io', // NOLFS
  23: 'io', // AUTH
  26: 'damaged', // NOTADB
};

/** Says that a statement is wrong; and, by its text alone, that the header names a format that never was. */
const GENERIC = 1;

/** Undefined where it isn't SQLite's, or says that a statement is wrong. */
export function sqliteProblemOf(error: unknown): SqliteProblem | undefined {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (error instanceof OutboxFault) return undefined;
  if (error instanceof DamagedFile) return 'damaged';
  const result = resultCodeOf(error);
  if (result === GENERIC) return message === 'unsupported file format' ? 'damaged' : undefined;
  if (result !== undefined) return PROBLEMS[result];
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full';
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return 'io';
  // What fails while opening has its result code in its text only.
  return typeof message === 'string' && message.startsWith('ConnectionFailed') ? 'io' : undefined;
}

/** Whether SQLite takes the file for one that may only be read. */
export function isReadOnly(error: unknown): boolean {
  return resultCodeOf(error) === 8;
}

/** The primary one: libsql has names for some of the others only. */
function resultCodeOf(error: unknown): number | undefined {
  const { rawCode } = error as { readonly rawCode?: unknown };
  return typeof rawCode === 'number' ? rawCode & 0xff : undefined;
}
