import type { Connection, Row, Value } from './connection';
import { DEAD_LETTER_COLUMNS, toDeadLetterRow } from './dead-letter-table';
import { DELIVERY_COLUMNS, toDeliveryRow } from './delivery-row';
import { envelopeChecksum } from './envelope-table';
import { fingerprint } from './fingerprint';
import { readInPlace } from './read-in-place';
import { scanTable } from './scan-table';
import { MAX_SEQUENCE, soundSequence } from './sound-sequence';
import { contentOf, type Tables } from './tables';
import { textOf } from './text-form';

/** Which columns are none of numbers, other than as the first one. */
const BLOBS: ReadonlySet<string> = new Set(['id', 'identity', 'body', 'owed', 'source', 'key', 'content', 'request']);

/** How many rows are written in one transaction, and of how many bytes. */
const STEP_ROWS = 1_000;
const STEP_BYTES = 8_388_608;

/** Copies every sound record of a damaged file. */
export class SalvageCopy {
  readonly #source: Connection;
  readonly #tables: Tables;
  readonly #target: Connection;
  /** The highest sequence that was met. */
  #sequence = 0;
  #lost = 0;

  constructor(source: Connection, tables: Tables) {
    this.#source = source;
    this.#tables = tables;
    this.#target = tables.connection;
  }

  /** Returns how many records are lost. */
  run(): number {
    const { quarantine } = this.#tables;
    this.#tables.load();
    this.#copyPlain('lane_copies', ['lane', 'identity', 'checksum']);
    this.#copyPlain('lanes', ['lane', 'identity', 'coalesces', 'waiting', 'bytes', 'checksum', 'counted']);
    const before = this.#waitingBefore();
    this.#copyPlain('quarantine', ['id', 'source', 'key', 'content']);
    this.#copyPlain('replay_jobs', ['id', 'request']);
    this.#copyPlain('recent', ['sequence', 'id', 'at', 'owed']);
    this.#each(this.#scan('envelopes', 'envelope', 'id, accepted_at, checksum, body'), (row) =>
      this.#copyEnvelope(row),
    );
    this.#tables.load();
    const aside = new Map([...before.keys()].map((number) => [number, this.#copyLane(number)]));
    const missingOf = (number: number, waiting: number): number => {
      const found = (this.#tables.lanes.ofNumber(number)?.waiting ?? 0) + (aside.get(number) ?? 0);
      return Math.max(0, waiting - found);
    };
    const lanes = [...before];
    if (lanes.some(([number, waiting]) => missingOf(number, waiting ?? Infinity) > 0)) this.#copyOutOfOrder();
    for (const [number, waiting] of lanes) this.#lost += missingOf(number, waiting ?? 0);
    const letters = `SELECT ${DEAD_LETTER_COLUMNS} FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?`;
    this.#each(
      scanTable((after, limit) => this.#source.prepare(letters).all([after, limit])),
      (row) => this.#copyLetter(row),
    );
    this.#finish();
    return quarantine.takeFound() + this.#lost;
  }

  /** How many waited in each lane that is known; undefined where that can't be told. */
  #waitingBefore(): ReadonlyMap<number, number | undefined> {
    const before = new Map<number, number | undefined>();
    const rows = this.#target.prepare('SELECT lane, coalesces, waiting, bytes, counted FROM lanes').all([]);
    for (const [lane, coalesces, waiting, bytes, counted] of rows as readonly (readonly number[])[]) {
      const isSound =
        counted === fingerprint([lane as number, coalesces as number, waiting as number, bytes as number]);
      before.set(lane as number, isSound ? waiting : undefined);
    }
    for (const [lane] of this.#target.prepare('SELECT lane FROM lane_copies').all([])) {
      if (!before.has(lane as number)) before.set(lane as number, undefined);
    }
    return before;
  }

  #copyEnvelope(row: Row): void {
    const [envelope, acceptedAt, checksum] = [row[0], row[2], row[3]] as readonly number[] as [number, number, number];
    const [stored, body] = [textOf(row[1]), row[4]];
    if (!Buffer.isBuffer(body) || envelopeChecksum(envelope, stored, acceptedAt, body) !== checksum) {
      this.#tables.quarantine.add('envelopes', String(envelope), contentOf(row));
      return;
    }
    this.#target
      .prepare('INSERT OR IGNORE INTO envelopes(envelope, id, accepted_at, checksum, body) VALUES(?, ?, ?, ?, ?)')
      .run([envelope, stored, acceptedAt, checksum, body]);
    this.#sequence = Math.max(this.#sequence, Math.floor(envelope / 2));
  }

  /** Returns how many rows were set aside. */
  #copyLane(number: number): number {
    const lane = this.#tables.lanes.ofNumber(number);
    if (lane === undefined) return 0;
    this.#tables.lanes.count(lane, -lane.waiting, -lane.bytes);
    // A damaged index may lead to the same row twice.
    const aside = new Set<string>();
    const sql = `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE lane = ? AND sequence > ? ORDER BY sequence LIMIT ?`;
    for (const place of [number, number + 1]) {
      const rows = scanTable((after, limit) => this.#source.prepare(sql).all([place, after, limit]), 1);
      this.#each(rows, (row) => {
        const key = `${place}/${row[1] as number}`;
        if (this.#copyDelivery(row) || aside.has(key)) return;
        this.#tables.quarantine.add('deliveries', key, contentOf(row));
        aside.add(key);
      });
    }
    return aside.size;
  }

  /** A row whose key was damaged hides those behind it from whoever goes by the key: the table is read once more as it lies. */
  #copyOutOfOrder(): void {
    const sql = `SELECT ${DELIVERY_COLUMNS} FROM deliveries NOT INDEXED LIMIT ? OFFSET ?`;
    this.#each(
      readInPlace((limit, offset) => this.#source.prepare(sql).all([limit, offset])),
      (row) => void this.#copyDelivery(row),
    );
  }

  /** Returns false where it is damaged, or its envelope is. */
  #copyDelivery(row: Row): boolean {
    const found = toDeliveryRow(row);
    if (found === undefined || !this.#hasEnvelope(found.envelope)) return false;
    const lane = this.#tables.lanes.ofNumber(found.lane);
    // A damaged index may also lead to the same row twice.
    if (lane === undefined || this.#tables.deliveries.find(found.lane, found.sequence) !== undefined) return true;
    this.#tables.deliveries.insert(found, lane.coalesces);
    this.#tables.lanes.count(lane, 1, found.bytes);
    this.#sequence = Math.max(this.#sequence, found.sequence);
    return true;
  }

  #copyLetter(row: Row): void {
    const letter = toDeadLetterRow(row);
    if (letter === undefined) this.#tables.quarantine.add('dead_letters', String(row[0]), contentOf(row));
    else if (!this.#hasLetter(letter.id)) this.#tables.letters.insert(letter, letter.id);
  }

  /** What follows from the rest is made anew. */
  #finish(): void {
    const copies = `SELECT envelope FROM deliveries UNION ALL SELECT envelope FROM dead_letters`;
    this.#tables.transaction(() => {
      this.#target.execute(
        `INSERT INTO fan_out(envelope, remaining) SELECT envelope, COUNT(*) FROM (${copies}) WHERE envelope % 2 = 1
         GROUP BY envelope`,
      );
      this.#target.execute(`DELETE FROM envelopes WHERE envelope NOT IN (${copies})`);
      this.#tables.skipTo(soundSequence(this.#storedSequence(), this.#sequence));
    });
  }

  /** Undefined where that can't be read. */
  #storedSequence(): unknown {
    try {
      return this.#source.prepare('SELECT CAST(sequence AS INTEGER) FROM state WHERE one = 1').get([])?.[0];
    } catch {
      return undefined;
    }
  }

  #hasLetter(id: number): boolean {
    return this.#target.prepare('SELECT 1 FROM dead_letters WHERE id = ?').get([id]) !== undefined;
  }

  #hasEnvelope(envelope: number): boolean {
    return this.#target.prepare('SELECT 1 FROM envelopes WHERE envelope = ?').get([envelope]) !== undefined;
  }

  /** Rows that aren't checked here. The first column is the key. Others may have the same values already, or lack some. */
  #copyPlain(table: string, columns: readonly string[]): void {
    const [key, ...others] = columns as [string, ...string[]];
    const slots = columns.map(() => '?').join(', ');
    const insert = this.#target.prepare(`INSERT OR IGNORE INTO ${table}(${columns.join(', ')}) VALUES(${slots})`);
    this.#each(this.#scan(table, key, others.join(', ')), (row) => {
      if (table === 'recent' && (row[0] as number) > MAX_SEQUENCE) return;
      insert.run(
        row.map((value, index): Value =>
          Buffer.isBuffer(value) && columns[index] !== 'content' ? textOf(value) : value,
        ),
      );
      if (table === 'recent') this.#sequence = Math.max(this.#sequence, row[0] as number);
    });
  }

  #scan(table: string, key: string, others: string): Generator<Row, void> {
    const select = others
      .split(', ')
      .map((column) => (BLOBS.has(column) ? `CAST(${column} AS BLOB)` : `${column} + 0`))
      .join(', ');
    const sql = `SELECT CAST(${key} AS INTEGER), ${select} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`;
    return scanTable((after, limit) => this.#source.prepare(sql).all([after, limit]));
  }

  /** In transactions of many rows. */
  #each(rows: Iterable<Row>, copy: (row: Row) => void): void {
    let step: Row[] = [];
    let bytes = 0;
    const flush = (): void => {
      const full = step;
      step = [];
      bytes = 0;
      if (full.length > 0) this.#tables.transaction(() => full.forEach(copy));
    };
    for (const row of rows) {
      step.push(row);
      for (const value of row) if (Buffer.isBuffer(value)) bytes += value.length;
      if (step.length >= STEP_ROWS || bytes >= STEP_BYTES) flush();
    }
    flush();
  }
}
