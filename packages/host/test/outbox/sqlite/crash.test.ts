import type { SqliteOutbox } from '../../../src/outbox/sqlite/sqlite-outbox';
import { startChild } from './support/child-process';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, delivered, laneOf, settled } from './support/samples';

const folder = new OutboxFolder();
const lane = laneOf('orders');

/** How often each of the waiting deliveries was in flight at a crash, by id of the envelope. */
function crashes(outbox: SqliteOutbox): Promise<Record<string, number>> {
  return countOf('crashes', outbox);
}

/** The same: how often each was tried. */
function tries(outbox: SqliteOutbox): Promise<Record<string, number>> {
  return countOf('tries', outbox);
}

async function countOf(which: 'crashes' | 'tries', outbox: SqliteOutbox): Promise<Record<string, number>> {
  const waiting = await outbox.read(lane, { after: 0, limit: 1_000, which: 'all' });
  const envelopes = await outbox.load(waiting);
  return Object.fromEntries(waiting.map((delivery, index) => [envelopes[index]?.id, delivery[which]]));
}

async function keep(...ids: string[]): Promise<void> {
  const { outbox } = await folder.open();
  await Promise.all(ids.map((id) => outbox.append(accepted(id), [copyFor(lane)])));
  await outbox.close();
}

async function crashedWith(task: string, count = 0): Promise<void> {
  const child = startChild(task, folder.file, count);
  await child.said(1);
  await child.kill();
}

test('what an append resolved for is there after a SIGKILL, as it was, in all its lanes', async () => {
  const promised: string[] = [];
  for (let round = 0; round < 4; round++) {
    const child = startChild('append', folder.file, round);
    await child.said(50 + Math.floor(Math.random() * 500));
    await child.kill();
    expect(child.lines.length).toBeGreaterThanOrEqual(50);
    promised.push(...child.lines);
  }
  const { outbox, report } = await folder.open();
  expect(report).toEqual({ quarantined: 0, warnings: [] });
  for (const destination of ['orders', 'archive']) {
    const waiting = await outbox.read(laneOf(destination), { after: 0, limit: 1_000_000, which: 'all' });
    const found = new Map((await outbox.load(waiting)).map((envelope) => [envelope?.id, envelope]));
    expect(promised.filter((id) => !found.has(id))).toEqual([]);
    for (const id of promised) expect(found.get(id)).toEqual(accepted(id));
    expect(await outbox.size(laneOf(destination))).toMatchObject({ waiting: waiting.length });
  }
});

describe('what was in flight at a crash', () => {
  test('is counted as long as it crashes in a row, and by what was in flight alone', async () => {
    await keep('a', 'b', 'c');
    await crashedWith('start', 2);
    await crashedWith('start', 2);
    let { outbox } = await folder.open();
    expect(await crashes(outbox)).toEqual({ a: 2, b: 2, c: 0 });
    await outbox.close();
    await crashedWith('start', 1);
    ({ outbox } = await folder.open());
    expect(await crashes(outbox)).toEqual({ a: 3, b: 0, c: 0 });
  });

  test('is kept over a clean end, and set back by a crash without it', async () => {
    await keep('a', 'b');
    await crashedWith('start', 1);
    for (let round = 0; round < 2; round++) {
      const { outbox } = await folder.open();
      expect(await crashes(outbox)).toEqual({ a: 1, b: 0 });
      await outbox.close();
    }
    await crashedWith('hold');
    const { outbox } = await folder.open();
    expect(await crashes(outbox)).toEqual({ a: 0, b: 0 });
  });

  test('was tried, and crashed nothing, where the process said that it ends on purpose', async () => {
    await keep('a', 'b');
    await crashedWith('start', 1);
    for (let round = 2; round < 4; round++) {
      expect(await startChild('abandon', folder.file, 7).ended).toBe(7);
      const { outbox } = await folder.open();
      expect(await crashes(outbox)).toEqual({ a: 1, b: 0 });
      expect(await tries(outbox)).toEqual({ a: round, b: 0 });
      await outbox.close();
    }
    await startChild('abandon', folder.file, 0).ended;
    const { outbox } = await folder.open();
    expect(await crashes(outbox)).toEqual({ a: 2, b: 0 });
  });

  test('and is so still when it is closed was tried, and crashed nothing', async () => {
    await keep('a', 'b');
    const { outbox } = await folder.open();
    outbox.started(await outbox.read(lane, { after: 0, limit: 1, which: 'all' }));
    await outbox.close();
    const { outbox: next } = await folder.open();
    expect([await tries(next), await crashes(next)]).toEqual([
      { a: 1, b: 0 },
      { a: 0, b: 0 },
    ]);
    await next.close();
    const { outbox: last } = await folder.open();
    expect(await tries(last)).toEqual({ a: 1, b: 0 });
  });

  test('is what was started and not settled', async () => {
    await keep('untried', 'tried', 'under way');
    await crashedWith('settle');
    const { outbox } = await folder.open();
    expect(await crashes(outbox)).toEqual({ untried: 0, tried: 0, 'under way': 1 });
  });

  test('has a clean record after a try that ended', async () => {
    await keep('a');
    await crashedWith('start', 1);
    const { outbox } = await folder.open();
    const [delivery] = await outbox.read(lane, { after: 0, limit: 1, which: 'all' });
    const failure = { retry: 'transient', scope: 'item', code: 'BUSY', message: 'It is busy.' } as const;
    await outbox.settle([settled(delivery!, { status: 'retry', attempts: 1, dueAt: 0, failure })]);
    expect(await crashes(outbox)).toEqual({ a: 0 });
  });

  test('is known of what many calls started and settled before', async () => {
    await keep(...Array.from({ length: 400 }, (_, index) => `e-${index}`));
    const { outbox } = await folder.open();
    const waiting = await outbox.read(lane, { after: 0, limit: 400, which: 'all' });
    // More than the file of notes holds before it is written anew.
    for (let round = 0; round < 200; round++) outbox.started(waiting);
    await outbox.settle(waiting.slice(1).map(delivered));
    await outbox.close();
    await crashedWith('start', 1);
    const { outbox: next } = await folder.open();
    expect(await crashes(next)).toEqual({ 'e-0': 1 });
  });
});

test('a process may end while the thread is at work, with its own exit code', async () => {
  await keep(...Array.from({ length: 2_000 }, (_, index) => `e-${index}`));
  for (const delayMs of [0, 11, 22, 33, 44, 55, 66, 77]) {
    const child = startChild('exit', folder.file, delayMs);
    expect(await child.ended).toBe(7);
  }
});

test('replays that were asked for go on after a SIGKILL; none is lost or made twice', async () => {
  const count = 3_000;
  const { outbox } = await folder.open();
  const ids = Array.from({ length: count }, (_, index) => `e-${index}`);
  await Promise.all(ids.map((id) => outbox.append(accepted(id), [copyFor(lane)])));
  const waiting = await outbox.read(lane, { after: 0, limit: count, which: 'all' });
  const failure = { retry: 'permanent', scope: 'item', code: 'REFUSED', message: 'It is refused.' } as const;
  await outbox.settle(waiting.map((delivery) => settled(delivery, { status: 'failed', failure })));
  await outbox.close();
  const child = startChild('replay', folder.file);
  await child.said(1);
  await child.kill();
  expect(child.lines).toEqual([String(count)]);
  const { outbox: next } = await folder.open();
  while ((await next.countDeadLetters({})) > 0) await new Promise(setImmediate);
  const replays = await next.readReplays(lane, 2 * count);
  expect((await next.load(replays)).map((envelope) => envelope?.id).toSorted()).toEqual(ids.toSorted());
  expect(await next.size(lane)).toMatchObject({ waiting: count });
});
