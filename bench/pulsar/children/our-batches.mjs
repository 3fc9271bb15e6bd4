// dispatchBatch of @dest/pulsar, called as a host calls it.
import { answer } from '../../support/child.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { CALLS } from '../limits.mjs';
import { makeMessages } from '../messages.mjs';
import { contextOf, openOurDestination } from '../our-destination.mjs';

const TIMEOUT_MS = 30_000;

function itemOf({ text, key, idempotencyKey, envelope }) {
  const { event, profile, session } = envelope;
  const made = { kind: 'event', data: envelope, json: text, event, profile, session };
  return { ...made, attempt: 1, possiblyDelivered: false, idempotencyKey, key };
}

await answer(async ({ host, topic }) => {
  const items = makeMessages().map(itemOf);
  const destination = await openOurDestination(host, topic);
  const flow = new Flow({ limit: Infinity });
  const running = flow.run(CALLS.atOnce, CALLS.items, async (number) => {
    const first = number % items.length;
    const batch = items.slice(first, first + CALLS.items);
    const results = await destination.dispatchBatch(batch, contextOf(AbortSignal.timeout(TIMEOUT_MS)));
    const failed = results.find(({ ok }) => !ok);
    if (failed !== undefined) throw failed.error;
    flow.arrived(results.length);
  });
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  await destination.close();
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});
