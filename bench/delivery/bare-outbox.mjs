// The tables of our outbox with nothing around them: libsql, prepared statements, a commit per group, in this thread.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { cpuUsage } from 'node:process';
import { makeEnvelope } from '../support/envelopes.mjs';
import { MEASURE_MS, WARM_UP_MS } from '../support/flow.mjs';
import { batchingDestination, durableOutbox, startOurHost } from './our-host.mjs';

/** The copy, and so the version, that the host uses. */
const Database = createRequire(new URL('../../packages/host/package.json', import.meta.url))('libsql');

/** As the host sets them; what the file keeps by itself isn't among them. */
const PRAGMAS = [
  'locking_mode = EXCLUSIVE',
  'journal_mode = WAL',
  'synchronous = FULL',
  'secure_delete = FAST',
  'cache_size = -32768',
  'wal_autocheckpoint = 4000',
  'journal_size_limit = 33554432',
];

/** What a row has that is worked out from the others: any number takes the same room. */
const CHECKSUM = 3_141_592_653;
const EVENT = 0;

export class BareOutbox {
  #database;
  #sequence;
  #lane;
  #statements;

  /** Opens a file that a host has made, so that its tables and indexes are those of our outbox. */
  static async open(folder) {
    await makeOurFile(folder);
    return new BareOutbox(join(folder, durableOutbox.path));
  }

  constructor(path) {
    const database = new Database(path);
    this.#database = database;
    for (const pragma of PRAGMAS) database.prepare(`PRAGMA ${pragma}`).all([]);
    this.#sequence = database.prepare('SELECT sequence FROM state').get([]).sequence;
    this.#lane = database.prepare('SELECT lane FROM lanes').get([]).lane;
    this.#statements = {
      recent: database.prepare('INSERT INTO recent(sequence, id, at) VALUES(?, ?, ?)'),
      envelope: database.prepare(
        'INSERT INTO envelopes(envelope, id, accepted_at, checksum, body) VALUES(?, ?, ?, ?, ?)',
      ),
      delivery: database.prepare(
        `INSERT INTO deliveries(lane, sequence, envelope, kind, key, changes, bytes, waiting_since, attempts, tries, due_at,
         scheduled_at, history, moved_id, checksum, by_key) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      deleteDelivery: database.prepare('DELETE FROM deliveries WHERE lane = ? AND sequence = ? AND envelope = ?'),
      deleteEnvelope: database.prepare('DELETE FROM envelopes WHERE envelope = ?'),
      count: database.prepare('UPDATE lanes SET waiting = waiting + ?, bytes = bytes + ?, counted = ? WHERE lane = ?'),
      state: database.prepare('UPDATE state SET sequence = ? WHERE one = 1'),
    };
  }

  get accepted() {
    return this.#sequence;
  }

  /**
   * One transaction: appends so many envelopes with a delivery each, and removes what earlier ones appended.
   *
   * @param {readonly number[]} settled - what `cycle` returned for them
   * @returns sequences of what was appended
   */
  cycle(size, settled) {
    const { recent, envelope, delivery, deleteDelivery, deleteEnvelope, count, state } = this.#statements;
    const lane = this.#lane;
    const appended = [];
    let bytes = 0;
    this.#database.exec('BEGIN IMMEDIATE');
    for (let index = 0; index < size; index++) {
      const sequence = ++this.#sequence;
      const accepted = makeEnvelope(sequence);
      const body = Buffer.from(JSON.stringify(accepted));
      const now = Date.now();
      recent.run([sequence, accepted.id, now]);
      envelope.run([sequence * 2, accepted.id, now, CHECKSUM, body]);
      const key = accepted.profile.id;
      const none = null;
      // prettier-ignore
      delivery.run([lane, sequence, sequence * 2, EVENT, key, none, body.length, now, 0, 0, none, none, none, none, CHECKSUM, none]);
      bytes += body.length;
      appended.push(sequence);
    }
    for (const sequence of settled) {
      deleteDelivery.run([lane, sequence, sequence * 2]);
      deleteEnvelope.run([sequence * 2]);
    }
    count.run([size - settled.length, bytes, CHECKSUM, lane]);
    state.run([this.#sequence]);
    this.#database.exec('COMMIT');
    return appended;
  }
}

/**
 * Calls `work` for as long as others are warmed up and measured.
 *
 * @param count - what `work` makes grow
 * @returns how much it grew in a second, and the processor time of each, in microseconds
 */
export function measureLoop(work, count) {
  const warmUntil = performance.now() + WARM_UP_MS;
  while (performance.now() < warmUntil) work();
  const before = { count: count(), cpu: cpuUsage() };
  const start = performance.now();
  while (performance.now() < start + MEASURE_MS) work();
  const { user, system } = cpuUsage(before.cpu);
  const done = count() - before.count;
  return { perSecond: (done * 1_000) / (performance.now() - start), cpuMicroseconds: (user + system) / done };
}

/** A host of ours makes the file and the lane, and delivers what made the lane. */
async function makeOurFile(folder) {
  const noop = batchingDestination('noop', async (items) => items.map(() => ({ ok: true })));
  const { host } = await startOurHost(folder, [noop], { destinations: [{ id: 'noop', package: 'noop' }] });
  await host.dispatch(makeEnvelope(0));
  await host.drain();
  await host.close();
}
