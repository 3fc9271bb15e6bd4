import { open, stat, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What is done under a lock takes milliseconds: one of this age was left behind by a killed process. */
const STALE_MS = 10_000;
const RETRY_MS = 10;

/** Runs something while no other process does so under the same file, which is there meanwhile. For what takes milliseconds. */
export async function withLockFile<Result>(file: string, run: () => Promise<Result>): Promise<Result> {
  while (!(await take(file))) await delay(RETRY_MS);
  try {
    return await run();
  } finally {
    await unlink(file).catch(() => undefined);
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    // A clock that was set back makes the age negative.
    if (Math.abs(Date.now() - (await stat(file)).mtimeMs) > STALE_MS) await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}
