import { DamagedFile } from './damaged-file';
import { OutboxFault } from './outbox-fault';

/** What kind of trouble an error of SQLite is. */
export type SqliteProblem = 'damaged' | 'full' | 'busy' | 'io';

/** Undefined where it isn't SQLite's, or says that a statement is wrong. */
export function sqliteProblemOf(error: unknown): SqliteProblem | undefined {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (error instanceof OutboxFault) return undefined;
  if (error instanceof DamagedFile) return 'damaged';
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return problemOfCode(code);
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full';
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return 'io';
  // What fails while opening has its result code in its text only.
  return typeof message === 'string' && message.startsWith('ConnectionFailed') ? 'io' : undefined;
}

function problemOfCode(code: string): SqliteProblem | undefined {
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'damaged';
  if (code === 'SQLITE_FULL') return 'full';
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'busy';
  return /^SQLITE_(IOERR|READONLY|CANTOPEN|PERM|AUTH|NOMEM|NOLFS|PROTOCOL)/.test(code) ? 'io' : undefined;
}
