import type { Connection, Row, Statement, Value } from './connection';

/** How many rows one call of a statement handles. */
const ROWS = 16;

/** A statement for many rows. What it does to a row takes no longer than a call of it, so that it handles many in a call. */
export class ManyRows {
  readonly #one: Statement;
  readonly #many: Statement;
  readonly #width: number;

  /**
   * @param sql - the statement for so many rows
   * @param width - how many values a row has
   */
  constructor(connection: Connection, sql: (rows: number) => string, width: number) {
    this.#one = connection.prepare(sql(1));
    this.#many = connection.prepare(sql(ROWS));
    this.#width = width;
  }

  /**
   * @param values - of one row after the other
   * @param onCall - is told of each call: the first row it handled, how many, and how many rows it changed
   */
  run(values: readonly Value[], onCall?: (first: number, rows: number, changed: number) => void): void {
    for (const { first, rows, statement, bound } of this.#calls(values)) {
      const changed = statement.run(bound);
      onCall?.(first, rows, changed);
    }
  }

  /** The rows that the statement returns. */
  *all(values: readonly Value[]): Generator<Row, void> {
    for (const { statement, bound } of this.#calls(values)) yield* statement.all(bound);
  }

  *#calls(values: readonly Value[]): Generator<Call, void> {
    const width = this.#width;
    const count = values.length / width;
    for (let first = 0; first < count;) {
      const rows = count - first >= ROWS ? ROWS : 1;
      const statement = rows === 1 ? this.#one : this.#many;
      yield { first, rows, statement, bound: values.slice(first * width, (first + rows) * width) };
      first += rows;
    }
  }
}

interface Call {
  readonly first: number;
  readonly rows: number;
  readonly statement: Statement;
  readonly bound: readonly Value[];
}

/** `(?, ?), (?, ?)` for two rows of two values. */
export function slots(rows: number, width: number): string {
  const row = `(${Array.from({ length: width }, () => '?').join(', ')})`;
  return Array.from({ length: rows }, () => row).join(', ');
}
