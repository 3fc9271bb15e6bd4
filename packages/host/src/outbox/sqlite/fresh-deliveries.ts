import type { Connection, Value } from './connection';
import { deliveryChecksum, type DeliveryRow } from './delivery-row';
import { ManyRows } from './many-rows';

/** Deliveries that were never tried nor moved, and are inserted many at a time. */
export class FreshDeliveries {
  readonly #insert: ManyRows;
  /** Of one row after the other. */
  #values: Value[] = [];

  constructor(connection: Connection) {
    const row = '(?, ?, ?, ?, ?, ?, ?, ?, 0, 0, NULL, NULL, NULL, NULL, ?, ?)';
    this.#insert = new ManyRows(
      connection,
      (rows) =>
        `INSERT INTO deliveries(lane, sequence, envelope, kind, key, changes, bytes, waiting_since, attempts, tries, due_at,
         scheduled_at, history, moved_id, checksum, by_key) VALUES ${Array.from({ length: rows }, () => row).join(', ')}`,
      10,
    );
  }

  /** Inserts it by `flush` at the latest. */
  add(row: DeliveryRow, byKey: boolean): void {
    const { lane, sequence, envelope, kind, key, changes, bytes, waitingSince } = row;
    const indexed = byKey && key !== null ? 1 : null;
    const checksum = deliveryChecksum(row);
    this.#values.push(lane, sequence, envelope, kind, key, changes, bytes, waitingSince, checksum, indexed);
  }

  flush(): void {
    if (this.#values.length === 0) return;
    const values = this.#values;
    this.#values = [];
    this.#insert.run(values);
  }

  /** Forgets what was not inserted: after a rollback. */
  reset(): void {
    this.#values = [];
  }
}
