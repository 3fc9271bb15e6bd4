import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLockFile, withLockFile } from '../../src/files/with-lock-file';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  file = join(folder, 'a.lock');
});

afterEach(() => rm(folder, { recursive: true }));

test('one at a time', async () => {
  let inside = 0;
  let most = 0;
  const enter = (): Promise<void> =>
    withLockFile(file, async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
    });
  await Promise.all(Array.from({ length: 10 }, enter));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['of a process that is gone', () => `${spawnSync(process.execPath, ['-e', '']).pid} 1 ${hostname()}`],
  ['of an earlier process with our id, as in a container', () => `${process.pid} 1 ${hostname()}`],
])('a lock %s is taken over, by one of many', async (_name, holder) => {
  await writeFile(file, holder());
  const began = performance.now();
  let most = 0;
  let inside = 0;
  const enter = (): Promise<void> =>
    withLockFile(file, async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside--;
    });
  await Promise.all(Array.from({ length: 20 }, enter));
  // Long before it would be too old.
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('a lock of another machine is taken over when it is old', async () => {
  await writeFile(file, `${process.pid} 1 another-machine`);
  const taking = takeLockFile(file, 60_000);
  const early = await Promise.race([taking, new Promise((resolve) => setTimeout(resolve, 100, 'waits'))]);
  expect(early).toBe('waits');
  const old = new Date(Date.now() - 61_000);
  await utimes(file, old, old);
  await (
    await taking
  )();
  expect(await readdir(folder)).toEqual([]);
});
