import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { SCHEMA_VERSION } from '../../../src/outbox/sqlite/schema';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, delivered, failure, laneOf } from './support/samples';

const folder = new OutboxFolder();
const orders = laneOf('orders');
const fixtures = join(__dirname, 'fixtures');

function modesOf(path: string): Record<string, string> {
  const names = readdirSync(path).map((name) => [name, (statSync(join(path, name)).mode & 0o777).toString(8)]);
  return Object.fromEntries(names) as Record<string, string>;
}

/** Some database that isn't ours. */
function makeDatabase(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

describe('the files', () => {
  test('are for the owner only, whatever the umask says, and so is a folder that has to be made', async () => {
    const before = process.umask(0);
    try {
      const path = join(folder.path, 'a', 'b', 'outbox.db');
      const { outbox } = await folder.open({ path, ballastBytes: 100_000 });
      await outbox.append(accepted('a'), [copyFor(orders)]);
      outbox.started(await outbox.read(orders, { after: 0, limit: 1, which: 'all' }));
      expect(modesOf(join(folder.path, 'a', 'b'))).toEqual({
        'outbox.db': '600',
        'outbox.db-wal': '600',
        'outbox.db-ballast': '600',
        'outbox.db-inflight': '600',
      });
      expect(modesOf(join(folder.path, 'a'))).toEqual({ b: '700' });
    } finally {
      process.umask(before);
    }
  });

  test('become the owner’s alone where they were readable by others', async () => {
    writeFileSync(folder.file, '', { mode: 0o644 });
    await folder.open();
    expect(modesOf(folder.path)['outbox.db']).toBe('600');
  });

  test('are the file alone after a clean end', async () => {
    const { outbox } = await folder.open();
    await outbox.append(accepted('a'), [copyFor(orders)]);
    await outbox.close();
    expect(readdirSync(folder.path).filter((name) => !name.endsWith('-inflight'))).toEqual(['outbox.db']);
    expect(statSync(`${folder.file}-inflight`).size).toBe(0);
  });

  test('that can’t be opened are an error of input and output, with the path', async () => {
    mkdirSync(folder.file);
    const opened = folder.create().open();
    await expect(opened).rejects.toMatchObject({ code: 'OUTBOX_IO' });
    await expect(opened).rejects.toThrow(folder.file);
  });
});

describe('a file of another kind', () => {
  test.each([
    ['a database', (path: string) => makeDatabase(path, 'CREATE TABLE people(name); INSERT INTO people VALUES (1)')],
    [
      'a database with an id',
      (path: string) => makeDatabase(path, 'PRAGMA application_id = 1; CREATE TABLE people(name)'),
    ],
    ['a text', (path: string) => writeFileSync(path, 'version: 1\nplugins: []\n'.repeat(100))],
    ['a short text', (path: string) => writeFileSync(path, 'x')],
  ])('is refused and left as it is: %s', async (_name, make) => {
    make(folder.file);
    const before = readFileSync(folder.file);
    const opened = folder.create().open();
    await expect(opened).rejects.toMatchObject({ code: 'OUTBOX_FOREIGN' });
    await expect(opened).rejects.toThrow(folder.file);
    expect(readFileSync(folder.file)).toEqual(before);
    expect(readdirSync(folder.path)).toEqual(['outbox.db']);
  });

  test('is an outbox when it is empty', async () => {
    makeDatabase(folder.file, 'PRAGMA journal_mode = WAL');
    const { outbox } = await folder.open();
    await outbox.append(accepted('a'), [copyFor(orders)]);
    expect(await outbox.size(orders)).toMatchObject({ waiting: 1 });
  });
});

test('a file of a newer version is refused, with both versions, and left as it is', async () => {
  const { outbox } = await folder.open();
  await outbox.append(accepted('a'), [copyFor(orders)]);
  await outbox.close();
  const newer = SCHEMA_VERSION + 1;
  makeDatabase(folder.file, `PRAGMA user_version = ${newer}; UPDATE state SET version = ${newer}`);
  const before = readFileSync(folder.file);
  const opened = folder.create().open();
  await expect(opened).rejects.toMatchObject({ code: 'OUTBOX_NEWER' });
  await expect(opened).rejects.toThrow(new RegExp(`version ${newer}.*up to ${SCHEMA_VERSION}`));
  expect(readFileSync(folder.file).equals(before)).toBe(true);
});

test('there is a fixture of every version', () => {
  const names = Array.from({ length: SCHEMA_VERSION }, (_, index) => `outbox-v${index + 1}.db`);
  expect(readdirSync(fixtures)).toEqual(names);
});

test.each(readdirSync(fixtures))('%s opens and delivers what it holds', async (name) => {
  copyFileSync(join(fixtures, name), folder.file);
  const { outbox, report } = await folder.open({ dedupeWindowMs: Infinity });
  expect(report).toEqual({ quarantined: 0, warnings: [] });
  const waiting = await outbox.read(orders, { after: 0, limit: 9, which: 'all' });
  const replays = await outbox.readReplays(orders, 9);
  const archived = await outbox.read(laneOf('archive'), { after: 0, limit: 9, which: 'all' });
  const ids = async (of: typeof waiting): Promise<unknown> => {
    const envelopes = await outbox.load(of);
    for (const envelope of envelopes) expect(envelope).toEqual(accepted(envelope!.id));
    return envelopes.map((envelope) => envelope?.id);
  };
  expect([await ids(waiting), await ids(replays), await ids(archived)]).toEqual([
    ['waits', 'is tried again'],
    ['is replayed'],
    ['waits'],
  ]);
  expect(waiting[0]).toMatchObject({ key: 'ada', changes: ['traits.email'], kind: 'event', tries: 0, dueAt: 0 });
  expect(waiting[1]).toMatchObject({ attempts: 1, tries: 1, dueAt: 1_700_000_005_000, scheduledAt: 1_700_000_000_000 });
  const [letter, ...others] = await outbox.deadLetters({}, { limit: 9 });
  expect(others).toEqual([]);
  expect(await outbox.deadLetter(letter!.id)).toMatchObject({
    envelopeId: 'failed',
    kind: 'profile',
    key: 'ada',
    failure,
    history: [{ at: 1_700_000_000_000, code: 'BUSY' }],
    pluginVersion: '1.2.3',
    envelope: accepted('failed').envelope,
  });
  expect(await outbox.append(accepted('waits'), [copyFor(orders)])).toMatchObject({ duplicate: true });
  await outbox.settle([...waiting, ...replays, ...archived].map(delivered));
  expect(await outbox.lanes()).toEqual([]);
});
