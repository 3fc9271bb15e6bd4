import type { Connection, Row, Statement } from './connection';
import { DamagedFile } from './damaged-file';
import { blocksOf, placesText, toPlaces } from './delivery-blocks';
import { DELIVERY_COLUMNS, deliveryChecksum, toDeliveryRow, type DeliveryRow } from './delivery-row';
import { FreshDeliveries } from './fresh-deliveries';
import { textOf } from './text-form';

/** How many of the first in a lane are looked at for the oldest one; what was coalesced is younger than its place. */
const FIRST = 64;

/** What of a delivery is damaged and was given by a read. Throws where it can't be removed, so that each is given once. */
export type OnDamagedDelivery = (lane: number, row: Row) => void;

/** Deliveries as rows. Knows nothing of counters and envelopes. */
export class DeliveryTable {
  readonly #connection: Connection;
  readonly #onDamage: OnDamagedDelivery;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #find: Statement;
  readonly #update: Statement;
  readonly #placesBetween: Statement;
  readonly #deleteBetween: Statement;
  readonly #fresh: FreshDeliveries;

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
    this.#placesBetween = connection.prepare(
      `SELECT CAST(GROUP_CONCAT(place) AS BLOB) FROM (SELECT sequence || ' ' || envelope AS place FROM deliveries
       WHERE lane = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?)`,
    );
    this.#deleteBetween = connection.prepare('DELETE FROM deliveries WHERE lane = ? AND sequence BETWEEN ? AND ?');
    this.#fresh = new FreshDeliveries(connection);
  }

  /**
   * Inserts one that was never tried nor moved, before this table is asked for anything else, or by `flush`.
   *
   * @param byKey - it can be found by its key from then on
   */
  add(row: DeliveryRow, byKey: boolean): void {
    this.#fresh.add(row, byKey);
  }

  /** Inserts what was added. */
  flush(): void {
    this.#fresh.flush();
  }

  /** After a rollback. */
  reset(): void {
    this.#fresh.reset();
  }

  /** @param byKey - it can be found by its key from now on */
  insert(row: DeliveryRow, byKey: boolean): void {
    this.#fresh.flush();
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
    this.#fresh.flush();
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
    this.#fresh.flush();
    return this.#delete.run([lane, sequence, envelope]) === 1;
  }

  /**
   * Deletes many of a lane.
   *
   * @param sequences - ascending
   * @param envelopes - of each
   * @returns the indexes of those that were there, each with its envelope; ascending
   */
  deleteMany(lane: number, sequences: readonly number[], envelopes: readonly number[]): readonly number[] {
    this.#fresh.flush();
    const count = sequences.length;
    const [first, last] = [sequences[0] as number, sequences[count - 1] as number];
    const found = textOf(this.#placesBetween.get([lane, first, last, count + 1])?.[0]);
    if (found === placesText(sequences, envelopes)) {
      this.#deleteBetween.run([lane, first, last]);
      return Array.from(sequences, (_, index) => index);
    }
    const deleted: number[] = [];
    const there = toPlaces(found);
    for (const { first: begin, length } of blocksOf(sequences, envelopes, there)) {
      this.#deleteBetween.run([lane, sequences[begin] as number, sequences[begin + length - 1] as number]);
      for (let index = begin; index < begin + length; index++) deleted.push(index);
    }
    // What lies behind all that was read.
    const readTo = there.length > count ? (there.at(-1)?.sequence ?? 0) : Infinity;
    for (let index = 0; index < count; index++) {
      if ((sequences[index] as number) <= readTo) continue;
      if (this.#delete.run([lane, sequences[index] as number, envelopes[index] as number]) === 1) deleted.push(index);
    }
    return deleted;
  }

  find(lane: number, sequence: number): DeliveryRow | undefined {
    this.#fresh.flush();
    return this.#sound([this.#find.get([lane, sequence])])[0];
  }

  /**
   * Whether something lies in the table that isn't found by its key: looks at every row.
   *
   * @throws DamagedFile then
   */
  checkKey(lane: number, sequence: number): void {
    this.#fresh.flush();
    const lies = this.#connection.prepare('SELECT 1 FROM deliveries WHERE +lane = ? AND +sequence = ? LIMIT 1');
    if (lies.get([lane, sequence]) !== undefined) throw new DamagedFile('a row is not found by its key');
  }

  /** Where a delivery is that came from another lane. */
  findMoved(id: number): DeliveryRow | undefined {
    return this.#select('WHERE moved_id = ? LIMIT 1', [id])[0];
  }

  /** The last one that waits under a key; only in lanes whose deliveries can be found by key. */
  latestOf(lane: number, key: string): DeliveryRow | undefined {
    const where = 'WHERE lane = ? AND key = ? AND by_key IS NOT NULL AND kind = 1 ORDER BY sequence DESC LIMIT 1';
    return this.#select(where, [lane, key])[0];
  }

  /** Lets all of a lane be found by key. */
  indexKeys(lane: number): void {
    this.#fresh.flush();
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
    this.#fresh.flush();
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
    this.#fresh.flush();
    const statement = this.#connection.prepare(`SELECT ${DELIVERY_COLUMNS} FROM deliveries ${where}`);
    for (;;) {
      const rows = statement.all(values);
      // A key that doesn't lie in order leads into the lane of others.
      if (rows.some((row) => row[0] !== values[0])) throw new DamagedFile('rows of a lane don’t lie in order');
      const sound = this.#sound(rows);
      if (sound.length === rows.length) return sound;
    }
  }

  #select(where: string, values: readonly (number | string)[]): readonly DeliveryRow[] {
    this.#fresh.flush();
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
