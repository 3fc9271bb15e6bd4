import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process runs its own under the same folder. A lock whose owner died is taken over.
 * @template Result
 * @param {string} folder made while the lock is held; its parent exists
 * @param {() => Promise<Result>} work
 * @param {() => void} onWait called once, when another process holds the lock
 * @returns {Promise<Result>}
 */
export async function withLock(folder, work, onWait) {
  let waiting = false;
  while (!(await acquire(folder))) {
    if (!waiting) onWait();
    waiting = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function acquire(folder) {
  const owner = join(folder, 'pid');
  try {
    await mkdir(folder);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const pid = Number(await readFile(owner, 'utf8').catch(() => ''));
    // An empty file: its owner is just about to write it.
    if (pid > 0 && !isAlive(pid)) await rm(folder, { recursive: true, force: true });
    return false;
  }
  await writeFile(owner, String(process.pid));
  return true;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
