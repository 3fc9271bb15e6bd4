// What is read out of memory must not be behind what was asked for before and is still under way.
import type { StoredDelivery } from '@dest/core';
import type { SqliteOutbox } from '../../../src/outbox/sqlite/sqlite-outbox';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, delivered, laneOf, retried } from './support/samples';

const folder = new OutboxFolder();
const lane = laneOf('orders');
let outbox: SqliteOutbox;
let first: StoredDelivery;

/** From the first on, which is held in memory. */
function read(limit = 10, which: 'all' | 'untried' = 'all'): Promise<readonly StoredDelivery[]> {
  return outbox.read(lane, { after: first.sequence - 1, limit, which });
}

async function idsOf(deliveries: readonly StoredDelivery[]): Promise<readonly unknown[]> {
  return (await outbox.load(deliveries)).map((envelope) => envelope?.id);
}

beforeEach(async () => {
  ({ outbox } = await folder.open());
  for (const id of ['a', 'b', 'c']) await outbox.append(accepted(id), [copyFor(lane, { kind: 'profile', key: id })]);
  first = (await outbox.read(lane, { after: 0, limit: 1, which: 'all' }))[0]!;
});

test('a read sees the appends before it', async () => {
  const appended = outbox.append(accepted('d'), [copyFor(lane)]);
  expect(await idsOf(await read())).toEqual(['a', 'b', 'c', 'd']);
  await appended;
});

test('a read that is satisfied doesn’t wait for appends', async () => {
  let hasAppended = false;
  const appended = outbox.append(accepted('d'), [copyFor(lane)]).then(() => (hasAppended = true));
  expect(await idsOf(await read(3))).toEqual(['a', 'b', 'c']);
  expect(hasAppended).toBe(false);
  await appended;
});

test('a read sees the settlements before it', async () => {
  const [, second, third] = await read();
  const settled = outbox.settle([delivered(second!), retried(third!, 5)]);
  const [waiting, untried] = [await read(), await read(10, 'untried')];
  expect(waiting.map(({ id, dueAt }) => [id, dueAt])).toEqual([
    [first.id, 0],
    [third!.id, 5],
  ]);
  expect(untried.map(({ id }) => id)).toEqual([first.id]);
  await settled;
});

test('a read sees what an append before it takes away', async () => {
  const limit = { maxBytes: 3 * first.bytes, whenFull: 'drop-oldest' } as const;
  const appended = outbox.append(accepted('d'), [copyFor(lane, { limit })]);
  expect(await idsOf(await read(3))).toEqual(['b', 'c', 'd']);
  await appended;
});

test('a read sees what an append before it takes the place of', async () => {
  const appended = outbox.append(accepted('new'), [copyFor(lane, { kind: 'profile', key: 'b', coalesce: true })]);
  const waiting = await read(3);
  expect(waiting[1]?.id).toBe((await appended).coalesced[0]?.id);
  expect(await idsOf(waiting)).toEqual(['a', 'new', 'c']);
});

test('what is settled, dropped or replaced is not loaded again out of memory', async () => {
  const [, second, third] = await read();
  await outbox.settle([delivered(first)]);
  await outbox.append(accepted('new'), [copyFor(lane, { kind: 'profile', key: 'b', coalesce: true })]);
  const limit = { maxBytes: first.bytes * 2, whenFull: 'drop-oldest' } as const;
  await outbox.append(accepted('d'), [copyFor(lane, { limit })]);
  await outbox.append(accepted('e'), [copyFor(lane, { limit })]);
  expect(await idsOf([first, second!, third!])).toEqual([undefined, undefined, undefined]);
});

test('a read sees a lane that was moved or dropped before it', async () => {
  const other = laneOf('archive');
  await outbox.append(accepted('x'), [copyFor(other)]);
  const moved = outbox.moveLane(other, lane);
  const appended = outbox.append(accepted('d'), [copyFor(lane)]);
  expect(await idsOf(await read())).toEqual(['a', 'b', 'c', 'x', 'd']);
  await Promise.all([moved, appended]);
  const dropped = outbox.dropLane(lane);
  const later = outbox.append(accepted('e'), [copyFor(lane)]);
  expect(await idsOf(await read())).toEqual(['e']);
  expect(await dropped).toBe(5);
  await later;
});

test('who reads on while a large lane is moved here misses nothing', async () => {
  const other = laneOf('archive');
  const moving = Array.from({ length: 3_000 }, (_, index) => `m-${index}`);
  await Promise.all(moving.map((id) => outbox.append(accepted(id), [copyFor(other)])));
  let hasMoved = false;
  const moved = outbox.moveLane(other, lane).finally(() => (hasMoved = true));
  const seen: StoredDelivery[] = [first];
  const readOn = async (): Promise<number> => {
    const found = await outbox.read(lane, { after: seen.at(-1)!.sequence, limit: 100_000, which: 'untried' });
    seen.push(...found);
    return found.length;
  };
  let meanwhile = 0;
  while (!hasMoved) {
    await outbox.append(accepted(`d-${meanwhile++}`), [copyFor(lane)]);
    await readOn();
  }
  expect(await moved).toBe(3_000);
  while ((await readOn()) > 0);
  const ids = new Set(seen.map(({ id }) => id));
  expect([seen.length, ids.size]).toEqual([3_003 + meanwhile, 3_003 + meanwhile]);
});

test('envelopes are handed out as they were handed in, frozen, also out of the file', async () => {
  const envelope = Object.freeze({ event: Object.freeze({ id: 'f', type: 'paid' }) });
  await outbox.append({ id: 'f', envelope, acceptedAt: 1 }, [copyFor(lane)]);
  const waiting = await read();
  expect((await outbox.load(waiting)).at(-1)?.envelope).toBe(envelope);
  await outbox.close();
  const { outbox: next } = await folder.open();
  const loaded = (await next.load(waiting)).at(-1);
  expect(loaded?.envelope).toEqual(envelope);
  expect(Object.isFrozen(loaded?.envelope.event)).toBe(true);
});
