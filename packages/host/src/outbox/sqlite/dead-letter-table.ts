import type { DeadLetter, DeadLetterFilter, Failure, FailedTry, LaneIdentity } from '@dest/core';
import type { Connection, Row, Statement, Value } from './connection';
import { fingerprint } from './fingerprint';
import { textOf, toStoredText } from './text-form';

/** A dead letter as it is stored. */
export interface DeadLetterRow {
  readonly id: number;
  readonly envelope: number;
  readonly failedAt: number;
  readonly bytes: number;
  readonly tries: number;
  readonly details: DeadLetterDetails;
}

/** What of it is stored as JSON. */
export interface DeadLetterDetails {
  readonly lane: LaneIdentity;
  readonly envelopeId: string;
  readonly kind: 'event' | 'profile';
  readonly key?: string;
  readonly changes?: readonly string[];
  readonly acceptedAt: number;
  readonly failure: Failure;
  readonly history: readonly FailedTry[];
  readonly pluginVersion?: string;
}

/** Of which lane, too. */
export interface LetterFilter extends DeadLetterFilter {
  readonly debug?: boolean;
}

/** What is selected for `toDeadLetterRow`. */
export const DEAD_LETTER_COLUMNS = `CAST(id AS INTEGER), CAST(envelope AS INTEGER), failed_at + 0, CAST(bytes AS INTEGER),
  CAST(tries AS INTEGER), CAST(checksum AS INTEGER), CAST(details AS BLOB)`;

/** Whether one of the causes has a code. Few are read as JSON for that, and none that is damaged. */
const HAS_CAUSE = `CASE
  WHEN instr(CAST(details AS TEXT), ?) = 0 THEN FALSE
  WHEN NOT json_valid(CAST(details AS TEXT)) THEN FALSE
  ELSE EXISTS(SELECT 1 FROM json_each(CAST(details AS TEXT), '$.failure.causes')
    WHERE json_extract(value, '$.code') = json_extract(?, '$')) END`;

/** Deliveries that failed for good. */
export class DeadLetterTable {
  readonly #connection: Connection;
  readonly #onDamage: (row: Row) => void;
  readonly #insert: Statement;

  constructor(connection: Connection, onDamage: (row: Row) => void) {
    this.#connection = connection;
    this.#onDamage = onDamage;
    this.#insert = connection.prepare(
      `INSERT INTO dead_letters(id, destination, debug, code, failed_at, envelope, bytes, tries, checksum, details)
       VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** @param id - null: the next one */
  insert(letter: Omit<DeadLetterRow, 'id'>, id: number | null = null): void {
    const { envelope, failedAt, bytes, tries, details } = letter;
    const { lane, failure } = details;
    const text = JSON.stringify(details);
    const checksum = fingerprint([envelope, failedAt, bytes, tries, text]);
    const debug = lane.debug ? 1 : 0;
    const [destination, code] = [toStoredText(lane.destination), toStoredText(failure.code)];
    this.#insert.run([id, destination, debug, code, failedAt, envelope, bytes, tries, checksum, text]);
  }

  find(id: number): DeadLetterRow | undefined {
    return this.#sound(
      this.#connection.prepare(`SELECT ${DEAD_LETTER_COLUMNS} FROM dead_letters WHERE id = ?`).all([id]),
    )[0];
  }

  /** Ascending by id, those above `after`, at most `limit`. Damaged ones are reported and left out. */
  select(filter: LetterFilter, after: number, limit: number, upTo?: number): readonly DeadLetterRow[] {
    const { where, values } = conditionOf(filter);
    const sql = `SELECT ${DEAD_LETTER_COLUMNS} FROM dead_letters WHERE id > ? AND id <= ? AND ${where} ORDER BY id LIMIT ?`;
    const statement = this.#connection.prepare(sql);
    const found: DeadLetterRow[] = [];
    // Again, as long as something was damaged: fewer than `limit` say that there are no more.
    for (let last = after; found.length < limit;) {
      const rows = statement.all([last, upTo ?? Number.MAX_SAFE_INTEGER, ...values, limit - found.length]);
      const sound = this.#sound(rows);
      found.push(...sound);
      if (sound.length === rows.length) break;
      last = rows.at(-1)?.[0] as number;
    }
    return found;
  }

  count(filter: LetterFilter): number {
    const { where, values } = conditionOf(filter);
    return this.#connection.number(`SELECT COUNT(*) FROM dead_letters WHERE ${where}`, values);
  }

  get lastId(): number {
    return this.#connection.number('SELECT CAST(MAX(id) AS INTEGER) FROM dead_letters');
  }

  delete(id: number): boolean {
    return this.#connection.prepare('DELETE FROM dead_letters WHERE id = ?').run([id]) === 1;
  }

  #sound(rows: readonly Row[]): readonly DeadLetterRow[] {
    const sound: DeadLetterRow[] = [];
    for (const row of rows) {
      const letter = toDeadLetterRow(row);
      if (letter === undefined) this.#onDamage(row);
      else sound.push(letter);
    }
    return sound;
  }
}

/** Undefined where it is damaged. */
export function toDeadLetterRow(row: Row): DeadLetterRow | undefined {
  const [id, envelope, failedAt, bytes, tries, checksum] = row as [number, number, number, number, number, number];
  const text = textOf(row[6]);
  if (fingerprint([envelope, failedAt, bytes, tries, text]) !== checksum) return undefined;
  return { id, envelope, failedAt, bytes, tries, details: JSON.parse(text) as DeadLetterDetails };
}

/** As the port gives it. */
export function toDeadLetter({ id, failedAt, bytes, tries, details }: DeadLetterRow): DeadLetter {
  const { lane, envelopeId, kind, key, changes, acceptedAt, failure, history, pluginVersion } = details;
  return {
    id: String(id),
    lane,
    envelopeId,
    kind,
    ...(key === undefined ? {} : { key }),
    ...(changes === undefined ? {} : { changes }),
    acceptedAt,
    failedAt,
    failure,
    history,
    tries,
    ...(pluginVersion === undefined ? {} : { pluginVersion }),
    bytes,
  };
}

function conditionOf(filter: LetterFilter): { readonly where: string; readonly values: readonly Value[] } {
  const { ids, destination, debug, code, failedFrom, failedBefore } = filter;
  const parts = ['TRUE'];
  const values: Value[] = [];
  const add = (part: string, ...of: readonly Value[]): void => {
    parts.push(part);
    values.push(...of);
  };
  if (ids !== undefined) {
    const numbers = ids.filter((id) => /^[1-9][0-9]{0,15}$/.test(id)).map(Number);
    add('id IN (SELECT value FROM json_each(?))', JSON.stringify(numbers));
  }
  if (destination !== undefined) add('destination = ?', toStoredText(destination));
  if (debug !== undefined) add('debug = ?', debug ? 1 : 0);
  if (code !== undefined) {
    const json = JSON.stringify(code);
    add(`(code = ? OR ${HAS_CAUSE})`, toStoredText(code), `"code":${json}`, json);
  }
  if (failedFrom !== undefined) add('failed_at >= ?', failedFrom);
  if (failedBefore !== undefined) add('failed_at < ?', failedBefore);
  return { where: parts.join(' AND '), values };
}
