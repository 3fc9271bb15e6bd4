// Envelopes go through a host with the durable outbox, and out by @dest/webhook, a request each.
import { createRequire } from 'node:module';
import { answer } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { startOurHost } from '../our-host.mjs';
import { counted } from '../../support/counted.mjs';

const { WebhookDestination } = createRequire(import.meta.url)('../../../packages/destinations/webhook/dist/index.js');

/** Calls of the destination at once, as by default; each has its share of the connections. */
const CALLS = 4;

await answer(async ({ folder, url, callers, limit, connections }) => {
  const flow = new Flow({ limit });
  const { host } = await startOurHost(folder, [counted(WebhookDestination, flow)], {
    network: { allow: ['127.0.0.1'] },
    resources: [{ id: 'receiver', credentials: { production: { url }, test: { url } } }],
    destinations: [
      {
        id: 'hook',
        package: '@dest/webhook',
        resource: { id: 'receiver' },
        init: { concurrency: connections / CALLS },
        delivery: { concurrency: CALLS },
      },
    ],
  });
  const running = flow.run(callers, 1, (number) => host.dispatch(makeEnvelope(number)));
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  await host.drain();
  await host.close();
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});
