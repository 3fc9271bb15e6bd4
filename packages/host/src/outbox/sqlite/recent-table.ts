import type { Connection, Statement, Value } from './connection';
import { ManyRows, slots } from './many-rows';
import { textOf, toStoredText } from './text-form';

/** How many that are out of the window are forgotten for each one that is added: so the others are gone in time. */
const PURGED_PER_ADDED = 4;

/**
 * How far ahead of now an id may have been remembered: a clock may be set back. What is further ahead is damaged, and must
 * not stop the purging for ever.
 */
const MAX_AHEAD_MS = 31_622_400_000;

/** An id that is remembered. */
export interface RecentId {
  readonly sequence: number;
  /** Destinations that refused their copy. */
  readonly owed: readonly string[];
}

/** An id that comes in. */
export interface IncomingId {
  readonly sequence: number;
  readonly id: string;
  readonly now: number;
}

/** Remembers the ids of envelopes for a while. */
export class RecentTable {
  readonly #windowMs: number;
  #added = 0;
  #now = 0;
  readonly #insert: Statement;
  readonly #insertMany: ManyRows;
  readonly #find: Statement;
  readonly #delete: Statement;
  readonly #owe: Statement;
  readonly #oldest: Statement;
  readonly #purge: Statement;

  constructor(connection: Connection, windowMs: number) {
    this.#windowMs = windowMs;
    this.#insert = connection.prepare('INSERT INTO recent(sequence, id, at) VALUES(?, ?, ?)');
    this.#insertMany = new ManyRows(
      connection,
      (rows) => `INSERT INTO recent(sequence, id, at) VALUES ${slots(rows, 3)} ON CONFLICT(id) DO NOTHING`,
      3,
    );
    this.#find = connection.prepare(
      'SELECT CAST(sequence AS INTEGER), at + 0, CAST(owed AS BLOB) FROM recent WHERE id = ?',
    );
    this.#delete = connection.prepare('DELETE FROM recent WHERE sequence = ?');
    this.#owe = connection.prepare('UPDATE recent SET owed = ? WHERE sequence = ?');
    this.#oldest = connection.prepare('SELECT at + 0 FROM recent ORDER BY sequence LIMIT 1');
    this.#purge = connection.prepare(
      `DELETE FROM recent WHERE sequence IN (SELECT sequence FROM recent ORDER BY sequence LIMIT ?1) 
         AND (?2 - at >= ?3 OR at - ?2 >= ${MAX_AHEAD_MS})`,
    );
  }

  /**
   * Remembers ids, but for those that are known.
   *
   * @returns the indexes of those, ascending; `known` tells of each
   */
  add(incoming: readonly IncomingId[]): ReadonlySet<number> {
    const values = incoming.flatMap(({ sequence, id, now }): Value[] => [sequence, toStoredText(id), now]);
    const known = new Set<number>();
    this.#insertMany.run(values, (first, rows, changed) => {
      if (changed === rows) return;
      for (let index = first; index < first + rows; index++) {
        if (this.#find.get([values[index * 3 + 1] as string])?.[0] !== values[index * 3]) known.add(index);
      }
    });
    this.#added += incoming.length;
    this.#now = incoming.at(-1)?.now ?? this.#now;
    return known;
  }

  /** What is known of an id that `add` did not remember; undefined where that is too old: then it is remembered anew. */
  known({ sequence, id, now }: IncomingId): RecentId | undefined {
    const stored = toStoredText(id);
    const row = this.#find.get([stored]);
    if (row !== undefined && this.#isWithin(now, row[1] as number)) {
      return { sequence: row[0] as number, owed: owedOf(textOf(row[2])) };
    }
    if (row !== undefined) this.#delete.run([row[0] as number]);
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
    if (this.#added === 0) return;
    const oldest = this.#oldest.get([]);
    if (oldest !== undefined && !this.#isWithin(this.#now, oldest[0] as number)) {
      this.#purge.run([this.#added * PURGED_PER_ADDED, this.#now, this.#windowMs]);
    }
    this.#added = 0;
  }

  #isWithin(now: number, at: number): boolean {
    return now - at < this.#windowMs && at - now < MAX_AHEAD_MS;
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
