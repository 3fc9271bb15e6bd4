import type { Connection, Row, Statement } from './connection';
import { DELIVERY_COLUMNS, deliveryChecksum, toDeliveryRow, type DeliveryRow } from './delivery-row';

/** How many of the first in a lane are looked at for the oldest one; what was coalesced is younger than its place. */
const FIRST = 64;

/** How often a read begins again for what is damaged. */
const MAX_ROUNDS = 1_000;

/** What of a delivery is damaged and was given by a read. */
export type OnDamagedDelivery = (lane: number, row: Row) => void;

/** Deliveries as rows. Knows nothing of counters and envelopes. */
export class DeliveryTable {
  readonly #connection: Connection;
  readonly #onDamage: OnDamagedDelivery;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #find: Statement;
  readonly #update: Statement;

  constructor(connection: Connection, onDamage: OnDamagedDelivery) {
    this.#connection = connection;
    this.#onDamage = onDamage;
    this.#insert = connection.prepare(
      `INSERT INTO deliveries(lane, sequence, envelope, kind, key, changes, bytes, waiting_since, attempts, tries, due_at,
       scheduled_at, history, moved_id, checksum, by_key) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#delete = connection.prepare('DELETE FROM deliveries WHERE lane = ? AND sequence = ? AND envelope = ?');
    this.#find = connection.prepare(`SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE lane = ? AND sequence = ?`);
    this.#update = connection.prepare(
      `UPDATE deliveries SET envelope = ?, kind = ?, changes = ?, bytes = ?, waiting_since = ?, attempts = ?, tries = ?,
       due_at = ?, scheduled_at = ?, history = ?, checksum = ? WHERE lane = ? AND sequence = ?`,
    );
  }

  /** @param byKey - it can be found by its key from now on */
  insert(row: DeliveryRow, byKey: boolean): void {
    const { lane, sequence, envelope, kind, key, changes, bytes, waitingSince, attempts, tries } = row;
    this.#insert.run([
      lane,
      sequence,
      envelope,
      kind,
      key,
      changes,
      bytes,
      waitingSince,
      attempts,
      tries,
      row.dueAt,
      row.scheduledAt,
      row.history,
      row.movedId,
      deliveryChecksum(row),
      byKey && key !== null ? 1 : null,
    ]);
  }

  /** Puts another state in the place of a row. */
  update(row: DeliveryRow): void {
    const { lane, sequence, envelope, kind, changes, bytes, waitingSince, attempts, tries } = row;
    this.#update.run([
      envelope,
      kind,
      changes,
      bytes,
      waitingSince,
      attempts,
      tries,
      row.dueAt,
      row.scheduledAt,
      row.history,
      deliveryChecksum(row),
      lane,
      sequence,
    ]);
  }

  /** Returns whether it was there, with this envelope. */
  delete(lane: number, sequence: number, envelope: number): boolean {
    return this.#delete.run([lane, sequence, envelope]) === 1;
  }

  find(lane: number, sequence: number): DeliveryRow | undefined {
    return this.#sound([this.#find.get([lane, sequence])])[0];
  }

  /** Where a delivery is that came from another lane. */
  findMoved(id: number): DeliveryRow | undefined {
    return this.#select('WHERE moved_id = ? LIMIT 1', [id])[0];
  }

  /** The last one that waits under a key; only in lanes whose deliveries can be found by key. */
  latestOf(lane: number, key: string): DeliveryRow | undefined {
    const where = 'WHERE lane = ? AND key = ? AND by_key IS NOT NULL ORDER BY sequence DESC LIMIT 1';
    return this.#select(where, [lane, key])[0];
  }

  /** Lets all of a lane be found by key. */
  indexKeys(lane: number): void {
    this.#connection
      .prepare('UPDATE deliveries SET by_key = 1 WHERE lane = ? AND key IS NOT NULL AND by_key IS NULL')
      .run([lane]);
  }

  /** In order of sequence, at most `limit`. What is damaged is reported and left out. */
  read(lane: number, after: number, limit: number, untriedOnly: boolean): readonly DeliveryRow[] {
    const untried = untriedOnly ? 'AND due_at IS NULL' : '';
    const where = `WHERE lane = ? AND sequence > ? ${untried} ORDER BY sequence LIMIT ?`;
    return this.#selectSound(where, [lane, after, limit], limit);
  }

  /** Those with a time, in order of that time. */
  readDue(lane: number, limit: number): readonly DeliveryRow[] {
    const where = 'WHERE lane = ? AND due_at IS NOT NULL ORDER BY due_at, sequence LIMIT ?';
    return this.#selectSound(where, [lane, limit], limit);
  }

  /** When the oldest of a lane was accepted; undefined where nothing waits. */
  oldest(lane: number): number | undefined {
    const [first] = this.#connection
      .prepare(
        `SELECT MIN(since) FROM (
           SELECT * FROM (SELECT waiting_since + 0 AS since FROM deliveries WHERE lane = ?1 ORDER BY sequence LIMIT ${FIRST})
           UNION ALL
           SELECT * FROM (SELECT waiting_since + 0 FROM deliveries WHERE lane = ?1 AND moved_id IS NOT NULL
             ORDER BY waiting_since LIMIT 1)
         )`,
      )
      .get([lane]) as Row;
    return typeof first === 'number' ? first : undefined;
  }

  /** Reads again where something was damaged, which is set aside then, so that `limit` are found where there are as many. */
  #selectSound(where: string, values: readonly number[], limit: number): readonly DeliveryRow[] {
    if (limit <= 0) return [];
    const statement = this.#connection.prepare(`SELECT ${DELIVERY_COLUMNS} FROM deliveries ${where}`);
    for (let rounds = 0; ; rounds++) {
      const rows = statement.all(values);
      const sound = this.#sound(rows);
      if (sound.length === rows.length || rounds >= MAX_ROUNDS) return sound;
    }
  }

  #select(where: string, values: readonly (number | string)[]): readonly DeliveryRow[] {
    return this.#sound(this.#connection.prepare(`SELECT ${DELIVERY_COLUMNS} FROM deliveries ${where}`).all(values));
  }

  #sound(rows: readonly (Row | undefined)[]): readonly DeliveryRow[] {
    const sound: DeliveryRow[] = [];
    for (const row of rows) {
      if (row === undefined) continue;
      const found = toDeliveryRow(row);
      if (found === undefined) this.#onDamage(row[0] as number, row);
      else sound.push(found);
    }
    return sound;
  }
}
