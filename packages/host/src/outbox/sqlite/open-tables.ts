import { takeCrashNotes } from './crash-notes';
import { highestSequence } from './highest-sequence';
import { openConnection } from './open-connection';
import { setOrphansAside } from './orphan-deliveries';
import type { StoreOptions } from './protocol';
import { Tables } from './tables';

/** Opens the file, reads what is held in memory of it, and looks at what the process before left. */
export function openTables({ path, dedupeWindowMs, isAgain }: StoreOptions): Tables {
  const connection = openConnection(path);
  try {
    const tables = new Tables(connection, dedupeWindowMs);
    tables.load();
    tables.goOnBehind(highestSequence(connection));
    setOrphansAside(tables);
    if (isAgain !== true) takeCrashNotes(tables, path);
    return tables;
  } catch (error) {
    connection.close();
    throw error;
  }
}
