// Folders of a measurement's own, on a disk that syncs, wiped when the process ends.
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TMPFS = 0x01021994;

/** Where all of it goes: `DEST_BENCH_DIRECTORY`, or else the system's folder for what is temporary. */
export const workDirectory = process.env.DEST_BENCH_DIRECTORY ?? tmpdir();

/** A warning where `workDirectory` is in memory: a sync costs nothing there, and figures of what is durable mean nothing. */
export function memoryWarnings() {
  mkdirSync(workDirectory, { recursive: true });
  if (statfsSync(workDirectory).type !== TMPFS) return [];
  return [`${workDirectory} is in memory: what is durable can't be measured there. Set DEST_BENCH_DIRECTORY.`];
}

const made = new Set();

/** A new folder that only its owner can read. */
export function makeWorkFolder() {
  mkdirSync(workDirectory, { recursive: true });
  const folder = mkdtempSync(join(workDirectory, 'dest-bench-'));
  made.add(folder);
  return folder;
}

export function removeWorkFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  made.delete(folder);
}

process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** Does work in a folder of its own, which is wiped afterwards. */
export async function withFolder(work) {
  const folder = makeWorkFolder();
  try {
    return await work(folder);
  } finally {
    removeWorkFolder(folder);
  }
}
