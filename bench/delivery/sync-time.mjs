// What a sync costs on this disk: without it, figures of what is durable can't be compared between machines.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median } from '../support/in-turn.mjs';
import { makeWorkFolder, removeWorkFolder } from '../support/work-folder.mjs';

const BYTES = Buffer.alloc(128 * 1_024, 1);

/** Median of a hundred writes of 128 KiB over the same place, each with its sync, in microseconds. */
export function syncMicroseconds() {
  const folder = makeWorkFolder();
  const file = openSync(join(folder, 'sync'), 'w');
  const times = Array.from({ length: 100 }, () => {
    writeSync(file, BYTES, 0, BYTES.length, 0);
    const started = performance.now();
    fsyncSync(file);
    return (performance.now() - started) * 1_000;
  });
  closeSync(file);
  removeWorkFolder(folder);
  return Math.round(median(times));
}
