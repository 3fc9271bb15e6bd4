import type { LaneIdentity } from '@dest/core';
import { laneKey } from '@dest/core/outbox';
import type { Connection, Row, Statement } from './connection';
import { fingerprint } from './fingerprint';
import { textOf } from './text-form';

/** More than SQLite stores in a row: what a damaged one says must not make its lane look full. */
const MAX_ROW_BYTES = 1_000_000_000;

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

/** The lanes and what they hold. Counters are kept in memory, and written with the transaction that changed them. */
export class LaneTable {
  readonly #connection: Connection;
  readonly #byKey = new Map<string, LaneRow>();
  readonly #byNumber = new Map<number, LaneRow>();
  readonly #changed = new Set<LaneRow>();
  #lastNumber = 0;
  readonly #update: Statement;
  readonly #insert: Statement;
  readonly #insertCopy: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#update = connection.prepare(
      'UPDATE lanes SET coalesces = ?, waiting = ?, bytes = ?, counted = ? WHERE lane = ?',
    );
    this.#insert = connection.prepare(
      'INSERT OR REPLACE INTO lanes(lane, identity, coalesces, waiting, bytes, checksum, counted) VALUES(?, ?, ?, ?, ?, ?, ?)',
    );
    // What has the number already is damaged.
    this.#insertCopy = connection.prepare(
      'INSERT OR REPLACE INTO lane_copies(lane, identity, checksum) VALUES(?, ?, ?)',
    );
  }

  /** Reads all lanes anew. Those that can't be read are taken from their copies. */
  load(): void {
    this.#byKey.clear();
    this.#byNumber.clear();
    this.#changed.clear();
    this.#lastNumber = 0;
    const rows = this.#connection
      .prepare(
        `SELECT CAST(lane AS INTEGER), CAST(identity AS BLOB), CAST(checksum AS INTEGER), CAST(coalesces AS INTEGER),
         CAST(waiting AS INTEGER), CAST(bytes AS INTEGER), CAST(counted AS INTEGER) FROM lanes`,
      )
      .all([]);
    for (const row of rows) {
      const lane = toLane(row);
      if (lane === undefined) continue;
      lane.coalesces = row[3] === 1;
      lane.waiting = row[4] as number;
      lane.bytes = row[5] as number;
      this.#hold(lane);
      if (row[6] !== countersOf(lane)) this.recount(lane);
    }
    const copies = 'SELECT CAST(lane AS INTEGER), CAST(identity AS BLOB), CAST(checksum AS INTEGER) FROM lane_copies';
    for (const row of this.#connection.prepare(copies).all([])) {
      const lane = toLane(row);
      if (lane !== undefined && !this.#byNumber.has(lane.number)) this.#restore(lane);
    }
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
    const checksum = fingerprint([row.number, text]);
    this.#insert.run([row.number, text, 0, 0, 0, checksum, countersOf(row)]);
    this.#insertCopy.run([row.number, text, checksum]);
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
      .prepare(
        `SELECT COUNT(*), TOTAL(CASE WHEN bytes BETWEEN 0 AND ${MAX_ROW_BYTES} THEN CAST(bytes AS INTEGER) END)
         FROM deliveries WHERE lane IN (?, ?)`,
      )
      .get([row.number, row.number + 1]);
    const missing = row.waiting - Number(found?.[0]);
    this.count(row, -missing, Number(found?.[1]) - row.bytes);
    return missing;
  }

  remove(number: number): void {
    for (const table of ['lanes', 'lane_copies']) {
      this.#connection.prepare(`DELETE FROM ${table} WHERE lane = ?`).run([number]);
    }
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

  /** Its counters are lost, and whether its deliveries can be found by key. */
  #restore(lane: LaneRow): void {
    const text = fromIdentity(lane.identity);
    this.#insert.run([lane.number, text, 0, 0, 0, fingerprint([lane.number, text]), countersOf(lane)]);
    this.#hold(lane);
    this.recount(lane);
  }

  #hold(row: LaneRow): void {
    this.#lastNumber = Math.max(this.#lastNumber, row.number);
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

/** Undefined where it is damaged. Without what it holds. */
function toLane([number, stored, checksum]: Row): LaneRow | undefined {
  const text = textOf(stored);
  if (checksum !== fingerprint([number as number, text])) return undefined;
  const [destination, name, debug, generation] = JSON.parse(text) as [string, string, boolean, number];
  const identity = { destination, package: name, debug, generation };
  return { number: number as number, identity, coalesces: false, waiting: 0, bytes: 0 };
}
