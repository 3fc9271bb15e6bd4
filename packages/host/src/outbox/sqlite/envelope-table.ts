import { crc32 } from 'node:zlib';
import type { Connection, Row, Statement, Value } from './connection';
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
  #addedFanOuts: Value[] = [];
  readonly #insert: ManyRows;
  readonly #insertFanOut: ManyRows;
  readonly #delete: ManyRows;
  readonly #deleteFanOut: ManyRows;
  readonly #remaining: ManyRows;
  /** One copy less. */
  readonly #releaseOne: ManyRows;
  readonly #release: Statement;
  readonly #load: Statement;

  constructor(connection: Connection) {
    const many = (sql: (rows: number) => string, width: number): ManyRows => new ManyRows(connection, sql, width);
    this.#insert = many(
      (rows) => `INSERT INTO envelopes(envelope, id, accepted_at, checksum, body) VALUES ${slots(rows, 5)}`,
      5,
    );
    this.#insertFanOut = many((rows) => `INSERT INTO fan_out(envelope, remaining) VALUES ${slots(rows, 2)}`, 2);
    this.#delete = many((rows) => `DELETE FROM envelopes WHERE envelope IN ${slots(1, rows)}`, 1);
    this.#deleteFanOut = many((rows) => `DELETE FROM fan_out WHERE envelope IN ${slots(1, rows)}`, 1);
    this.#remaining = many(
      (rows) =>
        `SELECT CAST(envelope AS INTEGER), CAST(remaining AS INTEGER) FROM fan_out WHERE envelope IN ${slots(1, rows)}`,
      1,
    );
    this.#releaseOne = many(
      (rows) => `UPDATE fan_out SET remaining = CAST(remaining AS INTEGER) - 1 WHERE envelope IN ${slots(1, rows)}`,
      1,
    );
    this.#release = connection.prepare('UPDATE fan_out SET remaining = ? WHERE envelope = ?');
    this.#load = connection.prepare(
      `SELECT CAST(id AS BLOB), accepted_at + 0, CAST(checksum AS INTEGER), CAST(body AS BLOB)
       FROM envelopes WHERE envelope = ?`,
    );
  }

  /** Inserts it before this table is asked for anything else, or by `flush`. */
  add(envelope: number, id: string, acceptedAt: number, body: Buffer, copies: number): void {
    const stored = toStoredText(id);
    this.#added.push(envelope, stored, acceptedAt, envelopeChecksum(envelope, stored, acceptedAt, body), body);
    if (isShared(envelope)) this.#addedFanOuts.push(envelope, copies);
  }

  /** Does what was put off, but for counting copies. */
  flush(): void {
    const [added, fanOuts, released] = [this.#added, this.#addedFanOuts, this.#released];
    this.#added = [];
    this.#addedFanOuts = [];
    this.#released = [];
    this.#insert.run(added);
    this.#insertFanOut.run(fanOuts);
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
    this.#deleteFanOut.run([envelope]);
  }

  /** Before a commit. */
  write(): void {
    this.flush();
    const unused: number[] = [];
    const oneLess: number[] = [];
    for (const [envelope, remaining] of this.#remaining.all([...this.#gone.keys()]) as Iterable<Row & number[]>) {
      const gone = this.#gone.get(envelope as number) ?? 0;
      const left = (remaining as number) - gone;
      if (left <= 0) unused.push(envelope as number);
      else if (gone === 1) oneLess.push(envelope as number);
      else this.#release.run([left, envelope as number]);
    }
    this.#gone.clear();
    this.#releaseOne.run(oneLess);
    this.#delete.run(unused);
    this.#deleteFanOut.run(unused);
  }

  /** After a rollback. */
  reset(): void {
    this.#gone.clear();
    this.#added = [];
    this.#addedFanOuts = [];
    this.#released = [];
  }
}

/** @param id - as it is stored */
export function envelopeChecksum(envelope: number, id: string, acceptedAt: number, body: Buffer): number {
  return fingerprint([envelope, id, acceptedAt, crc32(body)]);
}
