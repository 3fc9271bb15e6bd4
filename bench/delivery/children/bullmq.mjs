// Jobs through BullMQ: added in bulk and handled at the same time.
import { createRequire } from 'node:module';
import { answer } from '../../support/child.mjs';
import { makeScatteredEnvelope } from '../../support/envelopes.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';

const { Queue, Worker } = createRequire(import.meta.url)('bullmq');

await answer(async ({ path, limit, adders, size, workers, concurrency }) => {
  const connection = { path, maxRetriesPerRequest: null };
  const queue = new Queue('deliveries', {
    connection,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    // The log of what happened to each job is kept as short as can be.
    streams: { events: { maxLen: 10 } },
  });
  const flow = new Flow({ limit });
  const handle = async () => flow.arrived(1);
  const handlers = Array.from(
    { length: workers },
    () =>
      new Worker('deliveries', handle, {
        connection,
        concurrency,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      }),
  );
  await Promise.all([queue, ...handlers].map((each) => each.waitUntilReady()));
  const running = flow.run(adders, size, (first, count) =>
    queue.addBulk(
      Array.from({ length: count }, (_, index) => ({ name: 'deliver', data: makeScatteredEnvelope(first + index) })),
    ),
  );
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  await Promise.all(handlers.map((each) => each.close()));
  await queue.obliterate({ force: true });
  await queue.close();
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});
