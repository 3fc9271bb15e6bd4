import Database from 'libsql';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, failed, laneOf } from './support/samples';

const folder = new OutboxFolder();
const lane = laneOf('orders');

/** Does something to a closed file. */
function edit(sql: string): void {
  const database = new Database(folder.file);
  database.exec(sql);
  database.close();
}

async function keep(...ids: string[]): Promise<void> {
  const { outbox } = await folder.open();
  await Promise.all(ids.map((id) => outbox.append(accepted(id), [copyFor(lane)])));
  await outbox.close();
}

/** A file with dead letters of the ids 1 to `count`. */
async function keepLetters(count: number): Promise<void> {
  const { outbox } = await folder.open();
  await Promise.all(
    Array.from({ length: count }, (_, index) => outbox.append(accepted(`e-${index}`), [copyFor(lane)])),
  );
  await outbox.settle((await outbox.read(lane, { after: 0, limit: count, which: 'all' })).map(failed));
  await outbox.close();
}

describe('what is stored of the last sequence', () => {
  test.each([
    ['far too high', 'UPDATE state SET sequence = 144115188075855872'],
    ['near the highest number', 'UPDATE state SET sequence = 9007199254740990'],
    ['a text', "UPDATE state SET sequence = CAST('seventeen' AS BLOB)"],
    ['negative', 'UPDATE state SET sequence = -7'],
    ['too low', 'UPDATE state SET sequence = 0'],
    ['sound, but that of an id is far too high', 'UPDATE recent SET sequence = 1152921504606846976 WHERE sequence = 1'],
  ])('is %s: what is appended has one that is nobody else’s', async (_, sql) => {
    await keep('a', 'b');
    edit(sql);
    const { outbox } = await folder.open();
    // One that fails reads anew what is stored.
    const wrong = outbox.deadLetters({ failedFrom: {} as never }, { limit: 1 });
    await expect(wrong).rejects.toMatchObject({ code: 'OUTBOX_FAILED' });
    for (const id of ['c', 'd']) {
      const [delivery] = (await outbox.append(accepted(id), [copyFor(lane)])).deliveries;
      expect(Number(delivery!.id)).toBeLessThan(2 ** 47);
    }
    const waiting = await outbox.read(lane, { after: 0, limit: 10, which: 'all' });
    expect((await outbox.load(waiting)).map((envelope) => envelope?.id)).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(waiting.map(({ id }) => id)).size).toBe(4);
  });
});

test('a lane whose number is damaged is in the way of no other one', async () => {
  await keep('a');
  edit('UPDATE lanes SET lane = 6');
  edit('INSERT INTO lane_copies SELECT 4, identity, checksum FROM lane_copies');
  const { outbox } = await folder.open();
  for (const destination of ['b', 'c', 'd']) {
    expect((await outbox.append(accepted(destination), [copyFor(laneOf(destination))])).deliveries).toHaveLength(1);
  }
  expect((await outbox.lanes()).map(({ lane: { destination } }) => destination).toSorted()).toEqual([
    'b',
    'c',
    'd',
    'orders',
  ]);
});

describe('a damaged dead letter', () => {
  const COUNT = 1_200;

  beforeEach(async () => {
    await keepLetters(COUNT);
    edit('UPDATE dead_letters SET tries = 9 WHERE id IN (100, 101)');
  });

  test('makes a page no shorter', async () => {
    const { outbox } = await folder.open();
    expect(await outbox.deadLetters({}, { limit: 500 })).toHaveLength(500);
  });

  test('keeps no other one from being dropped', async () => {
    const { outbox } = await folder.open();
    expect(await outbox.dropDeadLetters({})).toBe(COUNT - 2);
    expect(await outbox.countDeadLetters({})).toBe(0);
  });

  test('keeps no other one from being replayed', async () => {
    const { outbox } = await folder.open();
    await outbox.replayDeadLetters({}, [lane]);
    // Asks, so that the steps go on in between.
    while ((await outbox.countDeadLetters({})) > 0);
    expect(await outbox.readReplays(lane, 2 * COUNT)).toHaveLength(COUNT - 2);
  });
});

test('an id that was remembered for a time far ahead is forgotten with the others', async () => {
  const { outbox } = await folder.open({ dedupeWindowMs: 50 });
  await outbox.append(accepted('a'), [copyFor(lane)]);
  await outbox.close();
  edit('UPDATE recent SET at = 9e15');
  const { outbox: next } = await folder.open({ dedupeWindowMs: 50 });
  expect((await next.append(accepted('a'), [copyFor(lane)])).duplicate).toBe(false);
});
