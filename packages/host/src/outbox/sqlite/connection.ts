import Database from 'libsql';

/** What may be bound. Anything else aborts the whole process, so nothing is handed on unseen by the compiler. */
export type Value = string | number | bigint | Buffer | null;

/** One row, in the order of its columns. */
export type Row = readonly (number | Buffer | null)[];

interface NativeStatement {
  readonly reader: boolean;
  run(values: readonly Value[]): { readonly changes: number };
  get(values: readonly Value[]): Row | undefined;
  all(values: readonly Value[]): Row[];
  raw(): this;
}

/**
 * A prepared statement. Texts are selected as `CAST(… AS BLOB)` and numbers as `CAST(… AS INTEGER)` or with `+ 0`: reading a
 * text that is not valid UTF-8, as it is in a damaged file, aborts the whole process; and a text ends at a zero character.
 */
export class Statement {
  readonly #native: NativeStatement;

  constructor(native: NativeStatement) {
    this.#native = native;
  }

  /** Returns how many rows it changed. */
  run(values: readonly Value[]): number {
    return this.#native.run(values).changes;
  }

  get(values: readonly Value[]): Row | undefined {
    return this.#native.get(values);
  }

  all(values: readonly Value[]): readonly Row[] {
    return this.#native.all(values);
  }
}

/** The one way to the database. All of it is synchronous. */
export class Connection {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Statement>();
  #commitMs = 0;

  /** @throws an SqliteError, or an Error that names SQLite's result code in its text */
  constructor(path: string) {
    this.#database = new Database(path);
  }

  /** How long the last commit took, in milliseconds. */
  get commitMs(): number {
    return this.#commitMs;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      const native = this.#database.prepare(sql) as unknown as NativeStatement;
      if (native.reader) native.raw();
      this.#statements.set(sql, (statement = new Statement(native)));
    }
    return statement;
  }

  /** The first column of the first row, as a number; 0 where there is none. */
  number(sql: string, values: readonly Value[] = []): number {
    const value = this.prepare(sql).get(values)?.[0];
    return typeof value === 'number' ? value : 0;
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** Runs a body as one transaction; where it throws nothing of it is kept. */
  transaction<Result>(body: () => Result): Result {
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = body();
      const startedAt = performance.now();
      this.execute('COMMIT');
      this.#commitMs = performance.now() - startedAt;
      return result;
    } catch (error) {
      // SQLite has rolled back by itself where the disk is full.
      if (this.inTransaction) this.execute('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}
