import type { Connection, Statement } from './connection';
import { textOf, toStoredText } from './text-form';

/** How many that are out of the window are forgotten for each one that is added: so the others are gone in time. */
const PURGED_PER_ADDED = 4;

/** An id that is remembered. */
export interface RecentId {
  readonly sequence: number;
  /** Destinations that refused their copy. */
  readonly owed: readonly string[];
}

/** Remembers the ids of envelopes for a while. */
export class RecentTable {
  readonly #windowMs: number;
  #added = 0;
  #now = 0;
  readonly #insert: Statement;
  readonly #find: Statement;
  readonly #delete: Statement;
  readonly #owe: Statement;
  readonly #oldest: Statement;

  constructor(connection: Connection, windowMs: number) {
    this.#windowMs = windowMs;
    this.#insert = connection.prepare(
      'INSERT INTO recent(sequence, id, at) VALUES(?, ?, ?) ON CONFLICT(id) DO NOTHING',
    );
    this.#find = connection.prepare(
      'SELECT CAST(sequence AS INTEGER), at + 0, CAST(owed AS BLOB) FROM recent WHERE id = ?',
    );
    this.#delete = connection.prepare('DELETE FROM recent WHERE sequence = ?');
    this.#owe = connection.prepare('UPDATE recent SET owed = ? WHERE sequence = ?');
    this.#oldest = connection.prepare(
      'SELECT CAST(sequence AS INTEGER), at + 0 FROM recent WHERE sequence > ? ORDER BY sequence LIMIT 1',
    );
  }

  /** Remembers an id, unless it is known: then it says what is known of it. */
  add(sequence: number, id: string, now: number): RecentId | undefined {
    const stored = toStoredText(id);
    this.#added++;
    this.#now = now;
    if (this.#insert.run([sequence, stored, now]) === 1) return undefined;
    const row = this.#find.get([stored]);
    const known = row?.[0] as number;
    if (row !== undefined && now - (row[1] as number) < this.#windowMs) {
      return { sequence: known, owed: owedOf(textOf(row[2])) };
    }
    this.#delete.run([known]);
    this.#insert.run([sequence, stored, now]);
    return undefined;
  }

  /** Notes who still wants a copy. */
  owe({ sequence }: { readonly sequence: number }, destinations: readonly string[]): void {
    this.#owe.run([destinations.length === 0 ? null : JSON.stringify(destinations), sequence]);
  }

  /** After a rollback. */
  reset(): void {
    this.#added = 0;
  }

  /** Before a commit: forgets some that are out of the window. */
  write(): void {
    let after = 0;
    for (let count = this.#added * PURGED_PER_ADDED; count > 0; count--) {
      const row = this.#oldest.get([after]);
      if (row === undefined || this.#now - (row[1] as number) < this.#windowMs) break;
      after = row[0] as number;
      this.#delete.run([after]);
    }
    this.#added = 0;
  }
}

function owedOf(stored: string): readonly string[] {
  if (stored === '') return [];
  try {
    return JSON.parse(stored) as string[];
  } catch {
    // Damaged: better a duplicate that is dropped than one that is sent to everybody.
    return [];
  }
}
