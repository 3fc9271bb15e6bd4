// npm --prefix bench run pulsar [-- names of rows]: @dest/pulsar against bare clients, on one real broker, in turn.
import { startPulsar } from '../support/pulsar.mjs';
import { chosenRows, runRows } from '../support/run-rows.mjs';
import { MissingServerError } from '../support/server.mjs';
import { memoryWarnings } from '../support/work-folder.mjs';
import { measureEndToEnd } from './rows/end-to-end.mjs';
import { measureHosts } from './rows/hosts.mjs';
import { measureNativeBatch } from './rows/native-batch.mjs';
import { measureOutbox } from './rows/outbox.mjs';
import { measurePython } from './rows/python.mjs';
import { measureSeed } from './rows/seed.mjs';
import { bareWebSocket, measureWsBatch } from './rows/ws-batch.mjs';

const ROWS = {
  'ws-batch': measureWsBatch,
  'native-batch': measureNativeBatch,
  seed: measureSeed,
  python: measurePython,
  'end-to-end': measureEndToEnd,
  outbox: measureOutbox,
  hosts: measureHosts,
};
/** Runs that don't count: a broker that has just started compiles its code first. */
const BROKER_WARM_UPS = 2;

const names = chosenRows(Object.keys(ROWS));
const broker = await startPulsar().catch((error) => {
  console.error(error instanceof MissingServerError ? error.message : error);
  process.exit(1);
});
try {
  console.error(`pulsar: ${broker.url}, ${broker.webSocketUrl}, warming up`);
  for (let run = 0; run < BROKER_WARM_UPS; run++) await bareWebSocket(broker);
  await runRows({
    rows: Object.fromEntries(
      Object.entries(ROWS).map(([name, measure]) => [name, (report) => measure(report, broker)]),
    ),
    names,
    file: new URL('../results/pulsar.jsonl', import.meta.url),
    warnings: memoryWarnings(),
  });
} finally {
  await broker.stop();
}
