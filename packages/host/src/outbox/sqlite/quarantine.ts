import type { Connection, Statement, Value } from './connection';

/** Keeps what is damaged aside, so that it blocks nobody and can be looked at. */
export class Quarantine {
  readonly #insert: Statement;
  readonly #known: Statement;
  readonly #count: Statement;
  #found = 0;

  constructor(connection: Connection) {
    this.#insert = connection.prepare('INSERT INTO quarantine(source, key, content) VALUES(?, ?, ?)');
    this.#count = connection.prepare('SELECT count(*) FROM quarantine');
    this.#known = connection.prepare('SELECT 1 FROM quarantine WHERE source = ? AND key = ? LIMIT 1');
  }

  /** How many were set aside since it was asked last. */
  takeFound(): number {
    const found = this.#found;
    this.#found = 0;
    return found;
  }

  /** How many there are. */
  count(): number {
    return (this.#count.get([]) as [number])[0];
  }

  /**
   * @param source - the table it is from
   * @param key - its key in that table
   * @param content - what could be read
   */
  add(source: string, key: string, content: Buffer | null): void {
    this.#insert.run([source, key, content] satisfies readonly Value[]);
    this.#found++;
  }

  has(source: string, key: string): boolean {
    return this.#known.get([source, key]) !== undefined;
  }
}
