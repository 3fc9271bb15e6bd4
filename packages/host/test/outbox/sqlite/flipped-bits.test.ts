import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteProblemOf } from '../../../src/outbox/sqlite/sqlite-problem';
import { Store } from '../../../src/outbox/sqlite/store';
import { OutboxFolder, type OpenedOutbox } from './support/outbox-folder';
import { accepted, copyFor, delivered, laneOf } from './support/samples';

const folder = new OutboxFolder();
const lane = laneOf('orders');
const COUNT = 60;

const isSoak = process.env['DEST_SOAK'] === '1';

/** How long a walk takes at most, in milliseconds: another part of it each time. */
const PATIENCE_MS = 20_000;

/** A file in which so many wait, closed. */
async function makeClosed(): Promise<Buffer> {
  const { outbox } = await folder.open();
  const ids = Array.from({ length: COUNT }, (_, index) => `e-${index}`);
  await Promise.all(ids.map((id, index) => outbox.append(accepted(id), [copyFor(lane, { key: `key-${index % 7}` })])));
  await outbox.close();
  return readFileSync(folder.file);
}

/** Opens a file of that content, delivers all, and closes it. Says what is wrong with that. */
async function problemOf(content: Buffer, name: string): Promise<string | undefined> {
  const path = join(folder.path, name, 'outbox.db');
  mkdirSync(join(folder.path, name));
  writeFileSync(path, content);
  writeFileSync(`${path}-inflight`, '');
  try {
    const first = await folder.open({ path });
    const seen = await deliverAll(first);
    await first.outbox.close();
    const second = await folder.open({ path });
    const again = await deliverAll(second);
    await second.outbox.close();
    rmSync(join(folder.path, name), { recursive: true });
    const counted = countedIn(first) + countedIn(second);
    if (again.length > 0) return `${name}: ${again.length} are delivered again at the next start`;
    if (new Set(seen).size !== seen.length) return `${name}: something is delivered twice`;
    if (COUNT - seen.length > Math.min(counted, 1))
      return `${name}: ${COUNT - seen.length} missing, ${counted} counted`;
    return undefined;
  } catch (error) {
    return `${name}: ${(error as Error).message}`;
  }
}

/** As a host does that keeps no order: retries first. */
async function deliverAll({ outbox }: OpenedOutbox): Promise<readonly string[]> {
  const waiting = [
    ...(await outbox.readRetries(lane, 1_000)),
    ...(await outbox.read(lane, { after: 0, limit: 1_000, which: 'untried' })),
  ];
  const envelopes = await outbox.load(waiting);
  // A few at a time, so that each is looked for by itself.
  for (let first = 0; first < waiting.length; first += 3)
    await outbox.settle(waiting.slice(first, first + 3).map(delivered));
  return envelopes.map((envelope) => {
    expect(envelope).toEqual(accepted(envelope?.id ?? ''));
    return envelope?.id ?? '';
  });
}

function countedIn({ report, logged }: OpenedOutbox): number {
  return logged.reduce((sum, { fields }) => sum + Number(fields['records'] ?? 0), report.quarantined);
}

interface Flip {
  readonly at: number;
  readonly bit: number;
}

/** Each bit of some bytes. */
function flipsOf(from: number, to: number): readonly Flip[] {
  return Array.from({ length: (to - from + 1) * 8 }, (_, index) => ({ at: from + (index >> 3), bit: index & 7 }));
}

function flipped(content: Buffer, { at, bit }: Flip): Buffer {
  const copy = Buffer.from(content);
  copy[at]! ^= 1 << bit;
  return copy;
}

/** Flips one bit at a time, in any order, as far as the time goes. Returns what is wrong then. */
async function flipEach(content: Buffer, flips: readonly Flip[]): Promise<readonly string[]> {
  const until = Date.now() + (isSoak ? Infinity : PATIENCE_MS);
  const left = flips.map((flip) => ({ flip, order: Math.random() })).toSorted((one, two) => one.order - two.order);
  const problems: string[] = [];
  const next = async (): Promise<void> => {
    for (let taken = left.pop(); taken !== undefined && Date.now() < until; taken = left.pop()) {
      const { at, bit } = taken.flip;
      const problem = await problemOf(flipped(content, taken.flip), `byte ${at}, bit ${bit}`);
      if (problem !== undefined) problems.push(problem);
    }
  };
  await Promise.all([next(), next(), next()]);
  return problems;
}

/** Where the row of the sequence 30 lies: behind a header of 17 bytes, lane 2, the sequence, envelope 60. */
function keyOfThirty(content: Buffer): number {
  const key = Buffer.from([0x02, 0x1e, 0x3c]);
  let at = content.indexOf(key);
  while (content[at - 17] !== 0x11) at = content.indexOf(key, at + 1);
  return at;
}

const formatFields = [flipsOf(16, 23), flipsOf(44, 47), flipsOf(52, 59), flipsOf(60, 71), flipsOf(92, 103)].flat();

test('any flipped bit of what the file says of its format is borne, or known as damage', async () => {
  const content = await makeClosed();
  for (const flip of formatFields) {
    const path = join(folder.path, `${flip.at}-${flip.bit}.db`);
    writeFileSync(path, flipped(content, flip));
    let problem: string | undefined = 'damaged';
    try {
      new Store({ path, dedupeWindowMs: 1, ballastBytes: 0 }, () => undefined).close();
    } catch (error) {
      problem = sqliteProblemOf(error) ?? String(error);
    }
    expect([flip, problem]).toEqual([flip, 'damaged']);
    rmSync(path);
  }
}, 120_000);

test('any flipped bit of what the file says of its format is mended', async () => {
  expect(await flipEach(await makeClosed(), formatFields)).toEqual([]);
}, 300_000);

test('any flipped bit of the header of a delivery is noticed, and costs that one delivery at most', async () => {
  const content = await makeClosed();
  const at = keyOfThirty(content);
  expect(await flipEach(content, flipsOf(at - 17, at + 2))).toEqual([]);
}, 300_000);

test('what is delivered and not found by its key, since one nearby is damaged, is not delivered again', async () => {
  const content = await makeClosed();
  // Says 14, and whoever looks for 15 to 29 goes the wrong way.
  writeFileSync(folder.file, flipped(content, { at: keyOfThirty(content) + 1, bit: 4 }));
  const { outbox } = await folder.open();
  const first = await outbox.read(lane, { after: 0, limit: 20, which: 'untried' });
  expect(first.map(({ sequence }) => sequence)).toContain(20);
  for (const delivery of first) await outbox.settle([delivered(delivery)]);
  await outbox.close();
  const { outbox: next } = await folder.open();
  const left = await next.read(lane, { after: 0, limit: 100, which: 'untried' });
  expect(left.map(({ sequence }) => sequence).filter((sequence) => sequence <= 20)).toEqual([]);
  expect(left).toHaveLength(39);
});
