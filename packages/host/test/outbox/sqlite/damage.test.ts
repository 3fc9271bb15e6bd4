import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import type { SqliteOutbox } from '../../../src/outbox/sqlite/sqlite-outbox';
import { startChild } from './support/child-process';
import { OutboxFolder, type OpenedOutbox } from './support/outbox-folder';
import { accepted, copyFor, failed, laneOf, retried } from './support/samples';

const folder = new OutboxFolder();
const lanes = ['orders', 'archive'].map(laneOf);
const [orders] = lanes as [(typeof lanes)[0]];
const COUNT = 200;

const keyOf = (id: string): string => `key-${id}`;

/** Numbers from 0 to below 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Flips bits, overwrites a stretch, or cuts the end off. Returns whether it was cut: then nobody knows what was there. */
function damage(path: string, random: () => number, upTo = Infinity): boolean {
  const content = readFileSync(path);
  const at = (length: number): number => Math.floor(random() * Math.min(length, upTo));
  const kind = random();
  if (kind < 0.6) {
    for (let count = 1 + at(8); count > 0; count--) content[at(content.length)]! ^= 1 << at(8);
  } else if (kind < 0.9) {
    const from = at(content.length);
    content.fill(kind < 0.75 ? 0 : at(256), from, from + 1 + at(4_096));
  }
  writeFileSync(path, kind < 0.9 ? content : content.subarray(0, 4_096 + at(content.length)));
  return kind >= 0.9;
}

/** All that is given out: the envelopes by the id of their delivery; and how many have none any more. */
async function contentOf(outbox: SqliteOutbox): Promise<{ readonly ids: readonly string[]; readonly without: number }> {
  const ids: string[] = [];
  let without = 0;
  for (const lane of lanes) {
    const deliveries = [
      ...(await outbox.read(lane, { after: 0, limit: 100_000, which: 'all' })),
      ...(await outbox.readReplays(lane, 100_000)),
    ];
    for (const [index, envelope] of (await outbox.load(deliveries)).entries()) {
      if (envelope === undefined) {
        without++;
        continue;
      }
      expect(envelope).toEqual(accepted(envelope.id));
      const { key, waitingSince, bytes, attempts } = deliveries[index]!;
      const size = Buffer.byteLength(JSON.stringify(envelope.envelope));
      expect([key, waitingSince, bytes]).toEqual([keyOf(envelope.id), envelope.acceptedAt, size]);
      expect(attempts).toBeLessThan(2);
      ids.push(`${lane.destination} ${envelope.id}`);
    }
  }
  return { ids, without };
}

/** How many records were said to be damaged. */
function countedIn({ report, logged }: OpenedOutbox): number {
  return logged.reduce((sum, { fields }) => sum + Number(fields['records'] ?? 0), report.quarantined);
}

/** Opens what is damaged, and holds it against what was in it. */
async function expectSurvival(path: string, before: ReadonlySet<string>, name: string, isCut: boolean): Promise<void> {
  const opened = await folder.open({ path });
  const { outbox } = opened;
  const { ids, without } = await contentOf(outbox);
  const invented = ids.filter((id) => !before.has(id));
  expect([name, invented]).toEqual([name, []]);
  expect([name, new Set(ids).size]).toEqual([name, ids.length]);
  const missing = before.size - ids.length;
  if (missing > countedIn(opened) + without) {
    // How much was in what was cut off can't be known, where what knew it was there.
    const said = opened.report.warnings.join() + opened.logged.map(({ message }) => message).join();
    const expected = isCut && said.includes('.damaged-');
    if (!expected)
      throw new Error(`${name}: ${missing} are missing, ${countedIn(opened)} counted, ${without} empty. ${said}`);
  }
  const added = await outbox.append(accepted(`new of ${name}`), [copyFor(orders, { key: keyOf(`new of ${name}`) })]);
  expect(added.deliveries).toHaveLength(1);
  await outbox.close();
  // What was mended stays so.
  const again = await folder.open({ path });
  expect([name, again.report]).toEqual([name, { quarantined: 0, warnings: [] }]);
  const after = await contentOf(again.outbox);
  expect([name, after.ids.toSorted()]).toEqual([name, [...ids, `orders new of ${name}`].toSorted()]);
  await again.outbox.close();
}

/** A file with waiting deliveries, retries and dead letters, closed. */
async function makeClosed(path: string): Promise<ReadonlySet<string>> {
  const { outbox } = await folder.open({ path });
  const ids = Array.from({ length: COUNT }, (_, index) => `e-${index}${index % 40 === 0 ? '-'.repeat(200) : ''}`);
  await Promise.all(
    ids.map((id) =>
      outbox.append(
        accepted(id),
        lanes.map((lane) => copyFor(lane, { key: keyOf(id) })),
      ),
    ),
  );
  const [first, second, ...others] = await outbox.read(orders, { after: 0, limit: 30, which: 'all' });
  await outbox.settle([
    failed(first!),
    failed(second!),
    ...others.map((delivery) => retried(delivery, 5_000_000_000_000)),
  ]);
  const { ids: before } = await contentOf(outbox);
  await outbox.close();
  return new Set(before);
}

/** Fixed ones, and another one each time. */
const seeds = [1, 2, 3, 4, 5, 6, Date.now() % 4_294_967_296];

test.each(seeds)(
  'a file with flipped bits opens, and gives out only what was put in: seed %i',
  async (seed) => {
    const random = randomOf(seed);
    const sound = join(folder.path, 'sound.db');
    const before = await makeClosed(sound);
    for (let round = 0; round < 4; round++) {
      mkdirSync(join(folder.path, `${round}`));
      const path = join(folder.path, `${round}`, 'outbox.db');
      copyFileSync(sound, path);
      // Now and then in the first page, without which SQLite reads nothing.
      const isCut = damage(path, random, round === 0 ? 4_096 : Infinity);
      // Beside every outbox, and so it is known for one also without a header.
      writeFileSync(`${path}-inflight`, '');
      await expectSurvival(path, before, `seed ${seed}, round ${round}`, isCut);
    }
  },
  120_000,
);

test.each(seeds.slice(-4))(
  'a log with flipped bits opens, and gives out only what was put in: seed %i',
  async (seed) => {
    const random = randomOf(seed);
    const sound = join(folder.path, 'sound.db');
    const child = startChild('append', sound, 1);
    await child.said(300);
    await child.kill();
    for (let round = 0; round < 4; round++) {
      mkdirSync(join(folder.path, `${round}`));
      const path = join(folder.path, `${round}`, 'outbox.db');
      for (const suffix of ['', '-wal']) copyFileSync(sound + suffix, path + suffix);
      const log = readFileSync(`${path}-wal`);
      // Not at the end: what was cut off there was never promised, as far as anybody can tell.
      const at = Math.floor(random() * (log.length - 40_000));
      log[at]! ^= 1 << Math.floor(random() * 8);
      writeFileSync(`${path}-wal`, log);
      const opened = await folder.open({ path });
      const { ids, without } = await contentOf(opened.outbox);
      expect(without).toBe(0);
      const missing = child.lines
        .flatMap((id) => lanes.map((lane) => `${lane.destination} ${id}`))
        .filter((id) => !ids.includes(id));
      if (missing.length > 0) expect(opened.report.warnings.join()).toContain(`${path}-wal`);
      expect((await opened.outbox.append(accepted('new'), [copyFor(orders)])).deliveries).toHaveLength(1);
      await opened.outbox.close();
    }
  },
  120_000,
);

test('damage that is met while it runs is mended, and nobody who waits for it notices', async () => {
  const { outbox: first } = await folder.open();
  const ids = Array.from({ length: 2_000 }, (_, index) => `e-${index}-${'x'.repeat(40)}`);
  await Promise.all(ids.map((id) => first.append(accepted(id), [copyFor(orders, { key: keyOf(id) })])));
  await first.close();
  const { outbox, logged } = await folder.open();
  const content = readFileSync(folder.file);
  // Somewhere in the middle, of which nothing has been read yet.
  content.fill(0xff, content.length / 2, content.length / 2 + 8_192);
  writeFileSync(folder.file, content);
  const [waiting, receipt] = await Promise.all([
    outbox.read(orders, { after: 0, limit: 100_000, which: 'all' }),
    outbox.append(accepted('meanwhile'), [copyFor(orders, { key: keyOf('meanwhile') })]),
  ]);
  const loaded = await outbox.load(waiting);
  const { ids: left, without } = await contentOf(outbox);
  expect(receipt.deliveries).toHaveLength(1);
  expect(left).toContain('orders meanwhile');
  expect(left.length).toBeGreaterThan(1_900);
  for (const envelope of loaded) if (envelope !== undefined) expect(envelope).toEqual(accepted(envelope.id));
  const counted = logged.reduce((sum, { fields }) => sum + Number(fields['records'] ?? 0), 0);
  expect(left.length + Math.max(counted, without)).toBeGreaterThanOrEqual(2_001);
  expect(logged[0]?.message).toContain(folder.file);
});

test('rows that went without a trace are counted when their lane is read to its end', async () => {
  await makeClosed(folder.file);
  const database = new Database(folder.file);
  database.exec('DELETE FROM deliveries WHERE sequence % 10 = 0');
  database.close();
  const { outbox, report, logged } = await folder.open();
  expect(report).toEqual({ quarantined: 0, warnings: [] });
  const sizes = async (): Promise<number> => (await outbox.lanes()).reduce((sum, { size }) => sum + size.waiting, 0);
  const before = await sizes();
  const { ids, without } = await contentOf(outbox);
  expect([await sizes(), without]).toEqual([ids.length, 0]);
  expect(before).toBeGreaterThan(ids.length);
  expect(logged.reduce((sum, { fields }) => sum + Number(fields['records']), 0)).toBe(before - ids.length);
});

test('a file that can’t be read at all is moved aside, and said so', async () => {
  await makeClosed(folder.file);
  const content = readFileSync(folder.file);
  writeFileSync(folder.file, Buffer.alloc(content.length));
  const { outbox, report } = await folder.open();
  const [moved] = readdirSync(folder.path).filter((name) => name.includes('.damaged-'));
  expect(report.warnings.join()).toContain(join(folder.path, moved!));
  expect(readFileSync(join(folder.path, moved!)).length).toBe(content.length);
  expect(await outbox.lanes()).toEqual([]);
  expect((await outbox.append(accepted('a'), [copyFor(orders)])).deliveries).toHaveLength(1);
});

test('a mend that was interrupted is done again or ended, whenever that was', async () => {
  const before = await makeClosed(folder.file);
  // As it is right before the mended file takes the place of the damaged one.
  copyFileSync(folder.file, `${folder.file}.salvaged`);
  writeFileSync(folder.file, Buffer.alloc(8_192, 7));
  writeFileSync(`${folder.file}-wal`, Buffer.alloc(8_192, 7));
  const { outbox } = await folder.open();
  expect(new Set((await contentOf(outbox)).ids)).toEqual(before);
  expect(existsSync(`${folder.file}.salvaged`)).toBe(false);
  expect(readdirSync(folder.path).filter((name) => name.includes('.damaged-'))).toHaveLength(2);
});

test('a lane whose counters are damaged is not full for what a damaged row says of its size', async () => {
  const { outbox } = await folder.open();
  for (const id of ['a', 'b']) await outbox.append(accepted(id), [copyFor(orders)]);
  await outbox.close();
  const database = new Database(folder.file);
  database.exec('UPDATE lanes SET counted = counted + 1; UPDATE deliveries SET bytes = 1 << 56 WHERE sequence = 1');
  database.close();
  const { outbox: damaged } = await folder.open();
  expect((await damaged.append(accepted('c'), [copyFor(orders)])).refused).toEqual([]);
  await damaged.read(orders, { after: 0, limit: 10, which: 'all' });
  const other = Buffer.byteLength(JSON.stringify(accepted('b').envelope));
  expect(await damaged.size(orders)).toMatchObject({ waiting: 2, bytes: 2 * other });
});
