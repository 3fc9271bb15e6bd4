// npm --prefix bench run delivery [-- names of rows]: durable delivery against peers that do the same, in turn.
import { chosenRows, runRows } from '../support/run-rows.mjs';
import { memoryWarnings } from '../support/work-folder.mjs';
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

const names = chosenRows(Object.keys(ROWS));
await runRows({
  rows: ROWS,
  names,
  file: new URL('../results/delivery.jsonl', import.meta.url),
  machine: () => `; a sync of 128 KiB takes ${syncMicroseconds()} µs`,
  warnings: memoryWarnings(),
});
