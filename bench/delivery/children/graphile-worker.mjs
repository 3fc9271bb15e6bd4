// One of the processes that take jobs from Graphile Worker and handle them.
import { createRequire } from 'node:module';
import { serve } from '../../support/child.mjs';

const { Logger, run } = createRequire(import.meta.url)('graphile-worker');

const REPORT_MS = 3;

let handled = 0;
const timer = setInterval(() => {
  if (handled === 0) return;
  process.send(handled);
  handled = 0;
}, REPORT_MS);

const { preset } = serve(async () => {
  clearInterval(timer);
  await runner.stop();
});

const runner = await run({
  preset,
  logger: new Logger(() => () => undefined),
  noHandleSignals: true,
  taskList: { deliver: async () => void handled++ },
});
process.send('ready');
