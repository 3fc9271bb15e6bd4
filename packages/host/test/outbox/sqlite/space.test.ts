import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SqliteOutbox } from '../../../src/outbox/sqlite/sqlite-outbox';
import { Ballast } from '../../../src/outbox/sqlite/ballast';
import { emptyAppendRun } from '../../../src/outbox/sqlite/group-builder';
import type { Operation, Outcome } from '../../../src/outbox/sqlite/protocol';
import { Store } from '../../../src/outbox/sqlite/store';
import { Tables } from '../../../src/outbox/sqlite/tables';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, delivered, failed, laneOf } from './support/samples';

const folder = new OutboxFolder();
const lane = laneOf('orders');

/** Waits until something is so; a machine may stall. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 2_000; round++) {
    if (await condition()) return;
    await wait(10);
  }
  throw new Error('It did not come to pass.');
}

async function appendMany(outbox: SqliteOutbox, prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  await Promise.all(ids.map((id) => outbox.append(large(id), [copyFor(lane)])));
  return ids;
}

function large(id: string): ReturnType<typeof accepted> {
  return { ...accepted(id), envelope: { event: { id, type: 'paid', properties: { note: 'x'.repeat(4_000) } } } };
}

async function deliverAll(outbox: SqliteOutbox): Promise<number> {
  for (let count = 0; ;) {
    const waiting = await outbox.read(lane, { after: 0, limit: 200, which: 'all' });
    if (waiting.length === 0) return count;
    await outbox.settle(waiting.map(delivered));
    count += waiting.length;
  }
}

test('the file becomes smaller when what was in it is delivered', async () => {
  const { outbox } = await folder.open();
  await appendMany(outbox, 'e', 4_000);
  await until(() => statSync(folder.file).size > 8_000_000);
  expect(await deliverAll(outbox)).toBe(4_000);
  await until(() => statSync(folder.file).size < 8_000_000);
  await outbox.close();
  expect(statSync(folder.file).size).toBeLessThan(8_000_000);
});

/** Whether a small file system can be had here. */
function mayMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'dest-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

const isPermitted = mayMount();
const testWithDisk = isPermitted ? test : test.skip;
const skipped = isPermitted ? '' : ' (skipped: mounting a small file system is not permitted here)';

describe('a full disk', () => {
  let mounted: string | undefined;

  afterEach(async () => {
    if (mounted === undefined) return;
    execFileSync('umount', ['-l', mounted]);
    mounted = undefined;
  });

  /** A small file system. */
  function mount(): string {
    const path = join(folder.path, 'disk');
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', path], { stdio: 'ignore' });
    return (mounted = path);
  }

  testWithDisk(
    `refuses appends with a code, keeps what was accepted, goes on delivering, and recovers by itself${skipped}`,
    async () => {
      const disk = mount();
      const path = join(disk, 'outbox.db');
      const { outbox, logged } = await folder.open({ path, ballastBytes: 4_194_304 });
      const kept: string[] = [];
      let refused: unknown;
      for (let round = 0; refused === undefined; round++) {
        const ids = Array.from({ length: 50 }, (_, index) => `${round}-${index}`);
        const results = await Promise.allSettled(ids.map((id) => outbox.append(large(id), [copyFor(lane)])));
        for (const [index, result] of results.entries()) {
          if (result.status === 'fulfilled') kept.push(ids[index]!);
          else refused = result.reason;
        }
      }
      expect(refused).toMatchObject({ code: 'OUTBOX_DISK_FULL' });
      expect((refused as Error).message).toContain(path);
      await expect(outbox.append(large('at once'), [copyFor(lane)])).rejects.toMatchObject({
        code: 'OUTBOX_DISK_FULL',
      });

      const waiting = await outbox.read(lane, { after: 0, limit: 100_000, which: 'all' });
      expect((await outbox.load(waiting)).map((envelope) => envelope?.id)).toEqual(kept);
      expect(await deliverAll(outbox)).toBe(kept.length);
      await until(() =>
        outbox.append(large('later'), [copyFor(lane)]).then(
          () => true,
          () => false,
        ),
      );
      expect(statSync(`${path}-ballast`).size).toBe(4_194_304);
      expect(logged.map(({ message }) => message)).toEqual([
        'The disk of the outbox is full: nothing is taken in until there is room',
        'The disk of the outbox has room again',
      ]);
      expect(await outbox.size(lane)).toMatchObject({ waiting: 1 });
      await outbox.close();
    },
  );

  testWithDisk(`by something else: it opens, delivers, and takes in again when there is room${skipped}`, async () => {
    const disk = mount();
    const path = join(disk, 'outbox.db');
    const { outbox } = await folder.open({ path, ballastBytes: 2_097_152 });
    await appendMany(outbox, 'e', 500);
    await outbox.close();
    const other = join(disk, 'other');
    expect(() => writeFileSync(other, Buffer.alloc(30_000_000))).toThrow('ENOSPC');

    const { outbox: next } = await folder.open({ path, ballastBytes: 2_097_152 });
    const refused = await appendMany(next, 'f', 2_000).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'OUTBOX_DISK_FULL' });
    expect(await deliverAll(next)).toBeGreaterThanOrEqual(500);
    rmSync(other);
    await until(() =>
      next.append(large('later'), [copyFor(lane)]).then(
        () => true,
        () => false,
      ),
    );
    await next.close();
  });

  test('replays that it stopped go on when there is room', async () => {
    const { outbox } = await folder.open();
    const ids = await appendMany(outbox, 'e', 1_200);
    await outbox.settle((await outbox.read(lane, { after: 0, limit: 5_000, which: 'all' })).map(failed));
    await outbox.close();
    const store = new Store({ path: folder.file, dedupeWindowMs: 1, ballastBytes: 0 }, () => undefined);
    const ask = (operation: Operation): Outcome =>
      store.apply({ type: 'group', lanes: [], operations: [operation] })[0]!;
    ask({ type: 'replayDeadLetters', filter: {}, lanes: [lane], now: 1 });
    const full = Object.assign(new Error('database or disk is full'), { rawCode: 13 });
    jest.spyOn(Tables.prototype, 'transaction').mockImplementationOnce(() => {
      throw full;
    });
    store.step();
    expect([store.hasBackground, store.waitsForRoom]).toEqual([false, true]);
    store.keepHouse();
    while (store.hasBackground) store.step();
    const size = ask({ type: 'size', lane });
    store.close();
    expect([size, store.waitsForRoom]).toMatchObject([{ result: { waiting: ids.length } }, false]);
  });

  test('what else goes wrong with the ballast is no end of the thread', () => {
    const store = new Store({ path: folder.file, dedupeWindowMs: 1, ballastBytes: 65_536 }, () => undefined);
    const denied = Object.assign(new Error('not permitted'), { code: 'EACCES' });
    const fails = (): never => {
      throw denied;
    };
    const full = Object.assign(new Error('database or disk is full'), { rawCode: 13 });
    jest.spyOn(Tables.prototype, 'transaction').mockImplementationOnce(() => {
      throw full;
    });
    jest.spyOn(Ballast.prototype, 'release').mockImplementation(fails);
    const hold = jest.spyOn(Ballast.prototype, 'hold').mockImplementation(fails);
    jest.spyOn(Ballast.prototype, 'isHeld', 'get').mockReturnValue(false);
    const group = { type: 'group', lanes: [], operations: [{ type: 'size', lane }, emptyAppendRun()] } as const;
    expect(store.apply(group)).toMatchObject([{ result: {} }, { fault: { code: 'OUTBOX_DISK_FULL' } }]);
    expect(hold).toHaveBeenCalled();
    jest.restoreAllMocks();
    store.close();
  });

  test('no ballast is kept where none is wanted any more', async () => {
    writeFileSync(`${folder.file}-ballast`, 'of an earlier time');
    await folder.open();
    expect(existsSync(`${folder.file}-ballast`)).toBe(false);
  });
});
