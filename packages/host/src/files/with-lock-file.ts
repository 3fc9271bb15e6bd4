import { open, readFile, rename, stat, unlink, link } from 'node:fs/promises';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** What is done under a lock takes milliseconds: one of this age was left behind by a killed process. */
const STALE_MS = 10_000;
const RETRY_MS = 10;

/** Who holds a lock: a process id alone may come again, in a container it always does. */
const HOLDER = `${process.pid} ${performance.timeOrigin} ${hostname()}`;

/** Runs something while no other process does so under the same file, which is there meanwhile. For what takes milliseconds. */
export async function withLockFile<Result>(file: string, run: () => Promise<Result>): Promise<Result> {
  const release = await takeLockFile(file);
  try {
    return await run();
  } finally {
    await release();
  }
}

/**
 * Waits until no other process holds the lock of this file, and takes it. One whose process was killed on this machine is
 * taken over at once, any other when it is older than `staleMs`.
 *
 * @returns what gives it back
 */
export async function takeLockFile(file: string, staleMs = STALE_MS): Promise<() => Promise<void>> {
  while (!(await take(file, staleMs))) await delay(RETRY_MS);
  return async () => {
    await unlink(file).catch(() => undefined);
  };
}

async function take(file: string, staleMs: number): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(HOLDER).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const holder = await readFile(file, 'utf8');
    // A clock that was set back makes the age negative.
    if (isGone(holder) || Math.abs(Date.now() - (await stat(file)).mtimeMs) > staleMs) await remove(file, holder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}

function isGone(holder: string): boolean {
  const [pid = '', started, machine] = holder.split(' ');
  if (machine !== hostname()) return false;
  if (Number(pid) === process.pid) return Number(started) !== performance.timeOrigin;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Two may see that it was left behind: the second must not take away what the first has made anew. */
async function remove(file: string, holder: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await rename(file, aside);
  if ((await readFile(aside, 'utf8')) !== holder) await link(aside, file).catch(() => undefined);
  await unlink(aside);
}
