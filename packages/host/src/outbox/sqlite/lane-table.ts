import type { LaneIdentity } from '@dest/core';
import { laneKey } from '../lane-key';
import type { Connection, Statement } from './connection';
import { fingerprint } from './fingerprint';

/** One lane as it is held in memory. */
export interface LaneRow {
  /** Even; its replays are under the one above. */
  readonly number: number;
  readonly identity: LaneIdentity;
  /** Its deliveries can be found by key. */
  coalesces: boolean;
  waiting: number;
  bytes: number;
}

/** A lane that could not be read. */
export interface DamagedLane {
  readonly number: number;
  readonly content: Buffer;
}

/** The lanes and what they hold. Counters are kept in memory, and written with the transaction that changed them. */
export class LaneTable {
  readonly #connection: Connection;
  readonly #byKey = new Map<string, LaneRow>();
  readonly #byNumber = new Map<number, LaneRow>();
  readonly #changed = new Set<LaneRow>();
  #lastNumber = 0;
  readonly #update: Statement;
  readonly #insert: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#update = connection.prepare(
      'UPDATE lanes SET coalesces = ?, waiting = ?, bytes = ?, counted = ? WHERE lane = ?',
    );
    this.#insert = connection.prepare(
      'INSERT INTO lanes(lane, identity, coalesces, waiting, bytes, checksum, counted) VALUES(?, ?, ?, ?, ?, ?, ?)',
    );
  }

  /** Reads all lanes anew. Returns those that are damaged: what waits in them belongs to nobody. */
  load(): readonly DamagedLane[] {
    this.#byKey.clear();
    this.#byNumber.clear();
    this.#changed.clear();
    const damaged: DamagedLane[] = [];
    const rows = this.#connection
      .prepare(
        `SELECT CAST(lane AS INTEGER), CAST(identity AS BLOB), CAST(coalesces AS INTEGER), CAST(waiting AS INTEGER),
         CAST(bytes AS INTEGER), CAST(checksum AS INTEGER), CAST(counted AS INTEGER) FROM lanes`,
      )
      .all([]);
    this.#lastNumber = 0;
    for (const [lane, identity, coalesces, waiting, bytes, checksum, counted] of rows) {
      const number = Number(lane);
      this.#lastNumber = Math.max(this.#lastNumber, number);
      const text = identity as Buffer;
      if (checksum !== fingerprint([number, text.toString('utf8')])) {
        damaged.push({ number, content: text });
        continue;
      }
      const row: LaneRow = {
        number,
        identity: toIdentity(text),
        coalesces: coalesces === 1,
        waiting: Number(waiting),
        bytes: Number(bytes),
      };
      this.#hold(row);
      if (counted !== countersOf(row)) this.recount(row);
    }
    return damaged;
  }

  find(identity: LaneIdentity): LaneRow | undefined {
    return this.#byKey.get(laneKey(identity));
  }

  ofNumber(number: number): LaneRow | undefined {
    return this.#byNumber.get(number - (number % 2));
  }

  all(): Iterable<LaneRow> {
    return this.#byNumber.values();
  }

  findOrMake(identity: LaneIdentity): LaneRow {
    const known = this.find(identity);
    if (known !== undefined) return known;
    const row: LaneRow = { number: this.#lastNumber + 2, identity, coalesces: false, waiting: 0, bytes: 0 };
    const text = fromIdentity(identity);
    this.#insert.run([row.number, text, 0, 0, 0, fingerprint([row.number, text]), countersOf(row)]);
    this.#lastNumber = row.number;
    this.#hold(row);
    return row;
  }

  count(row: LaneRow, deliveries: number, bytes: number): void {
    row.waiting += deliveries;
    // What was damaged may have counted wrongly; an empty lane has no size.
    row.bytes = row.waiting === 0 ? 0 : row.bytes + bytes;
    this.#changed.add(row);
  }

  /** From now on its deliveries can be found by key. */
  noteCoalescing(row: LaneRow): void {
    row.coalesces = true;
    this.#changed.add(row);
  }

  /** Counts what a lane holds, one by one. Returns how many fewer there are than was thought. */
  recount(row: LaneRow): number {
    const found = this.#connection
      .prepare('SELECT COUNT(*), TOTAL(CAST(bytes AS INTEGER)) FROM deliveries WHERE lane IN (?, ?)')
      .get([row.number, row.number + 1]);
    const missing = row.waiting - Number(found?.[0]);
    this.count(row, -missing, Number(found?.[1]) - row.bytes);
    return missing;
  }

  remove(number: number): void {
    this.#connection.prepare('DELETE FROM lanes WHERE lane = ?').run([number]);
    const row = this.#byNumber.get(number);
    if (row === undefined) return;
    this.#byNumber.delete(number);
    this.#byKey.delete(laneKey(row.identity));
    this.#changed.delete(row);
  }

  /** Before a commit. */
  write(): void {
    for (const row of this.#changed) {
      this.#update.run([row.coalesces ? 1 : 0, row.waiting, row.bytes, countersOf(row), row.number]);
    }
    this.#changed.clear();
  }

  #hold(row: LaneRow): void {
    this.#byKey.set(laneKey(row.identity), row);
    this.#byNumber.set(row.number, row);
  }
}

function countersOf({ number, coalesces, waiting, bytes }: LaneRow): number {
  return fingerprint([number, coalesces ? 1 : 0, waiting, bytes]);
}

/** Half a surrogate pair is escaped by JSON. */
function fromIdentity({ destination, package: name, debug, generation }: LaneIdentity): string {
  return JSON.stringify([destination, name, debug, generation]);
}

function toIdentity(text: Buffer): LaneIdentity {
  const [destination, name, debug, generation] = JSON.parse(text.toString('utf8')) as [string, string, boolean, number];
  return { destination, package: name, debug, generation };
}
