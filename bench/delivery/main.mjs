// npm --prefix bench run delivery [-- names of rows]: durable delivery against peers that do the same, in turn.
import { cpus } from 'node:os';
import { RUNS } from '../support/in-turn.mjs';
import { Report } from '../support/report.mjs';
import { MissingServerError } from '../support/server.mjs';
import { isInMemory, workDirectory } from '../support/work-folder.mjs';
import { measureBacklog } from './rows/backlog.mjs';
import { measureBullmq } from './rows/bullmq.mjs';
import { measureDurableAccept } from './rows/durable-accept.mjs';
import { measureFanOut } from './rows/fan-out-5.mjs';
import { measureGraphile } from './rows/graphile.mjs';
import { measureNeighbour } from './rows/neighbour.mjs';
import { measureSoak } from './rows/soak.mjs';
import { measureSustained } from './rows/sustained.mjs';
import { measureWebhook } from './rows/webhook.mjs';
import { syncMicroseconds } from './sync-time.mjs';

const ROWS = {
  'durable-accept': measureDurableAccept,
  sustained: measureSustained,
  'fan-out-5': measureFanOut,
  webhook: measureWebhook,
  graphile: measureGraphile,
  bullmq: measureBullmq,
  neighbour: measureNeighbour,
  backlog: measureBacklog,
  soak: measureSoak,
};

/** Shorter or fewer runs tell whether a row works, not whether it is fast enough. */
const isDevelopment = ['RUNS', 'MEASURE_MS', 'SOAK_MINUTES'].some((name) => process.env[`DEST_BENCH_${name}`]);

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(ROWS);
const unknown = names.filter((name) => !Object.hasOwn(ROWS, name));
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}. There are: ${Object.keys(ROWS).join(', ')}.`);
  process.exit(2);
}

const results = [];
const notes = [];
if (isInMemory()) {
  notes.push(`${workDirectory} is in memory: what is durable can't be measured there. Set DEST_BENCH_DIRECTORY.`);
}
for (const name of names) {
  try {
    await ROWS[name]({ add: (result) => results.push(result) });
  } catch (error) {
    notes.push(`${name}: ${error instanceof MissingServerError ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}

const report = new Report(new URL('../results/delivery.jsonl', import.meta.url));
report.head(`Medians of ${RUNS} runs in turn`);
for (const result of results) report.add(result);
report.note(
  `\nNode ${process.version}, ${cpus().length} × ${cpus()[0].model}; a sync of 128 KiB takes ${syncMicroseconds()} µs`,
);
for (const note of notes) report.note(note);
if (report.missed.length > 0) {
  report.note(`\nMISSED: ${report.missed.join(', ')}`);
  if (!isDevelopment) process.exitCode = 1;
}
if (results.length > 0) report.write({ keepOthers: true });
