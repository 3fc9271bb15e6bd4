import { crc32 } from 'node:zlib';
import type { Connection, Statement } from './connection';
import { fingerprint } from './fingerprint';
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
  /** Copies that went in this transaction. */
  readonly #gone = new Map<number, number>();
  readonly #insert: Statement;
  readonly #insertFanOut: Statement;
  readonly #delete: Statement;
  readonly #deleteFanOut: Statement;
  readonly #release: Statement;
  readonly #load: Statement;

  constructor(connection: Connection) {
    this.#insert = connection.prepare(
      'INSERT INTO envelopes(envelope, id, accepted_at, checksum, body) VALUES(?, ?, ?, ?, ?)',
    );
    this.#insertFanOut = connection.prepare('INSERT INTO fan_out(envelope, remaining) VALUES(?, ?)');
    this.#delete = connection.prepare('DELETE FROM envelopes WHERE envelope = ?');
    this.#deleteFanOut = connection.prepare('DELETE FROM fan_out WHERE envelope = ?');
    this.#release = connection.prepare(
      'UPDATE fan_out SET remaining = remaining - ? WHERE envelope = ? RETURNING CAST(remaining AS INTEGER)',
    );
    this.#load = connection.prepare(
      `SELECT CAST(id AS BLOB), accepted_at + 0, CAST(checksum AS INTEGER), CAST(body AS BLOB)
       FROM envelopes WHERE envelope = ?`,
    );
  }

  insert(envelope: number, id: string, acceptedAt: number, body: Buffer, copies: number): void {
    const stored = toStoredText(id);
    this.#insert.run([envelope, stored, acceptedAt, envelopeChecksum(envelope, stored, acceptedAt, body), body]);
    if (isShared(envelope)) this.#insertFanOut.run([envelope, copies]);
  }

  /** `damaged`: it is there and isn't what was stored. */
  load(envelope: number): EnvelopeRow | 'damaged' | undefined {
    const row = this.#load.get([envelope]);
    if (row === undefined) return undefined;
    const [id, acceptedAt, body] = [textOf(row[0]), row[1] as number, row[3]];
    if (!Buffer.isBuffer(body) || envelopeChecksum(envelope, id, acceptedAt, body) !== row[2]) return 'damaged';
    return { id: fromStoredText(id), acceptedAt, body };
  }

  /** Says that a copy is gone. */
  release(envelope: number): void {
    if (isShared(envelope)) this.#gone.set(envelope, (this.#gone.get(envelope) ?? 0) + 1);
    else this.#delete.run([envelope]);
  }

  /** Removes an envelope whose copies are all gone. */
  remove(envelope: number): void {
    this.#delete.run([envelope]);
    if (!isShared(envelope)) return;
    this.#gone.delete(envelope);
    this.#deleteFanOut.run([envelope]);
  }

  /** Before a commit. */
  write(): void {
    for (const [envelope, copies] of this.#gone) {
      const remaining = this.#release.get([copies, envelope])?.[0];
      if (remaining === undefined || (remaining as number) > 0) continue;
      this.#delete.run([envelope]);
      this.#deleteFanOut.run([envelope]);
    }
    this.#gone.clear();
  }

  /** After a rollback. */
  reset(): void {
    this.#gone.clear();
  }
}

/** @param id - as it is stored */
export function envelopeChecksum(envelope: number, id: string, acceptedAt: number, body: Buffer): number {
  return fingerprint([envelope, id, acceptedAt, crc32(body)]);
}
