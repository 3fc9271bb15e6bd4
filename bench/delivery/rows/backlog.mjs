// A start with a million deliveries waiting: how soon the first is made, and how much memory it takes beside an empty start.
import { closeSync, constants, copyFileSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { runChild } from '../../support/child.mjs';
import { inTurn } from '../../support/in-turn.mjs';
import { withFolder } from '../../support/work-folder.mjs';

const prepare = new URL('../children/backlog-prepare.mjs', import.meta.url);
const start = new URL('../children/backlog-start.mjs', import.meta.url);

const WAITING = 1_000_000;
const READY_WITHIN_MS = 2_000;
const MEMORY_WITHIN_MB = 100;

export async function measureBacklog(report) {
  await withFolder(async (prepared) => {
    console.error(`backlog: preparing ${WAITING} deliveries`);
    const { waiting } = await runChild(prepare, { folder: prepared, waiting: WAITING });
    if (waiting !== WAITING) throw new Error(`${waiting} deliveries wait, not ${WAITING}`);

    const extra = [];
    const measured = await inTurn(
      'backlog',
      async () => {
        const full = await startOn(prepared);
        const empty = await withFolder((folder) => startChild(folder, false));
        extra.push({ rss: full.rss - empty.rss, heap: full.heap - empty.heap });
        const { resolvedMs, readyMs, delivered, rssReady, rss, heap } = full;
        console.error(
          `backlog: resolved after ${resolvedMs.toFixed(0)} ms, first delivery after ${readyMs.toFixed(0)} ms, ` +
            `${delivered} delivered since; memory ${rssReady.toFixed(0)} MB when ready, at most ${rss.toFixed(0)} MB (heap ${heap.toFixed(0)}), ` +
            `empty ${empty.rss.toFixed(0)} MB (heap ${empty.heap.toFixed(0)})`,
        );
        return readyMs;
      },
      async () => READY_WITHIN_MS,
    );
    report.add({ name: 'backlog', unit: 'ms until ready', least: 1, ...measured });
    const memory = extra.map(({ rss }) => Math.max(1, rss)).toSorted((left, right) => left - right);
    const ours = memory[memory.length >> 1];
    report.add({ name: 'backlog-memory', unit: 'MB more', least: 1, ours, peer: MEMORY_WITHIN_MB });
  });
}

/** A start on a copy, so that every run has the same waiting. */
function startOn(prepared) {
  return withFolder((folder) => {
    for (const file of readdirSync(prepared)) {
      const copy = join(folder, file);
      copyFileSync(join(prepared, file), copy, constants.COPYFILE_FICLONE);
      // The copying is over before the start is measured.
      const descriptor = openSync(copy, 'r+');
      fsyncSync(descriptor);
      closeSync(descriptor);
    }
    return startChild(folder, true);
  });
}

/** What it tells counts from before its process is started. */
function startChild(folder, waiting) {
  return runChild(start, { folder, waiting, startedAt: performance.timeOrigin + performance.now() });
}
