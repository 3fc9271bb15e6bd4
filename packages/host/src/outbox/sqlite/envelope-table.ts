import { crc32 } from 'node:zlib';
import type { Connection, Statement, Value } from './connection';
import { FanOutTable } from './fan-out-table';
import { fingerprint } from './fingerprint';
import { ManyRows, slots } from './many-rows';
import { fromStoredText, textOf, toStoredText } from './text-form';

/** An envelope as it is stored. */
export interface EnvelopeRow {
  readonly id: string;
  readonly acceptedAt: number;
  /** JSON. */
  readonly body: Buffer;
}

/** True where an envelope had several copies, so that it is counted how many are left. */
function isShared(envelope: number): boolean {
  return envelope % 2 === 1;
}

/** Envelopes, each kept as long as a delivery or a dead letter has it. */
export class EnvelopeTable {
  /** Of those that had several copies: how many went in this transaction. */
  readonly #gone = new Map<number, number>();
  /** Those whose only copy went, and are still there. */
  #released: number[] = [];
  /** Values of rows that are to be inserted, one row after the other. */
  #added: Value[] = [];
  readonly #insert: ManyRows;
  readonly #delete: ManyRows;
  readonly #fanOut: FanOutTable;
  readonly #load: Statement;

  constructor(connection: Connection) {
    const many = (sql: (rows: number) => string, width: number): ManyRows => new ManyRows(connection, sql, width);
    this.#insert = many(
      (rows) => `INSERT INTO envelopes(envelope, id, accepted_at, checksum, body) VALUES ${slots(rows, 5)}`,
      5,
    );
    this.#delete = many((rows) => `DELETE FROM envelopes WHERE envelope IN ${slots(1, rows)}`, 1);
    this.#fanOut = new FanOutTable(connection);
    this.#load = connection.prepare(
      `SELECT CAST(id AS BLOB), accepted_at + 0, CAST(checksum AS INTEGER), CAST(body AS BLOB)
       FROM envelopes WHERE envelope = ?`,
    );
  }

  /** Inserts it before this table is asked for anything else, or by `flush`. */
  add(envelope: number, id: string, acceptedAt: number, body: Buffer, copies: number): void {
    const stored = toStoredText(id);
    this.#added.push(envelope, stored, acceptedAt, envelopeChecksum(envelope, stored, acceptedAt, body), body);
    if (isShared(envelope)) this.#fanOut.add(envelope, copies);
  }

  /** Does what was put off, but for counting copies. */
  flush(): void {
    const [added, released] = [this.#added, this.#released];
    this.#added = [];
    this.#released = [];
    this.#insert.run(added);
    this.#fanOut.flush();
    this.#delete.run(released);
  }

  /** `damaged`: it is there and isn't what was stored. */
  load(envelope: number): EnvelopeRow | 'damaged' | undefined {
    this.flush();
    const row = this.#load.get([envelope]);
    if (row === undefined) return undefined;
    const [id, acceptedAt, body] = [textOf(row[0]), row[1] as number, row[3]];
    if (!Buffer.isBuffer(body) || envelopeChecksum(envelope, id, acceptedAt, body) !== row[2]) return 'damaged';
    return { id: fromStoredText(id), acceptedAt, body };
  }

  /** Says that a copy is gone. */
  release(envelope: number): void {
    if (isShared(envelope)) this.#gone.set(envelope, (this.#gone.get(envelope) ?? 0) + 1);
    else this.#released.push(envelope);
  }

  /** Removes an envelope whose copies are all gone. */
  remove(envelope: number): void {
    this.flush();
    this.#delete.run([envelope]);
    if (!isShared(envelope)) return;
    this.#gone.delete(envelope);
    this.#fanOut.delete(envelope);
  }

  /** Before a commit. */
  write(): void {
    this.flush();
    if (this.#gone.size === 0) return;
    this.#delete.run(this.#fanOut.release(this.#gone));
    this.#gone.clear();
  }

  /** After a rollback. */
  reset(): void {
    this.#gone.clear();
    this.#added = [];
    this.#released = [];
    this.#fanOut.reset();
  }
}

/** @param id - as it is stored */
export function envelopeChecksum(envelope: number, id: string, acceptedAt: number, body: Buffer): number {
  return fingerprint([envelope, id, acceptedAt, crc32(body)]);
}
