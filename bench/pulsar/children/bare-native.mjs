// The same messages by `pulsar-client` alone: a loop that keeps as many in flight.
import { answer } from '../../support/child.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { BATCH, IN_FLIGHT, MOST_PENDING } from '../limits.mjs';
import { makeMessages } from '../messages.mjs';
import { requireNativeClient } from '../native-client.mjs';

await answer(async ({ url, topic }) => {
  const { Client } = requireNativeClient();
  const messages = makeMessages();
  const client = new Client({ serviceUrl: url });
  const producer = await client.createProducer({
    topic,
    maxPendingMessages: MOST_PENDING,
    blockIfQueueFull: false,
    batchingEnabled: true,
    batchingMaxMessages: BATCH.messages,
    batchingMaxPublishDelayMs: BATCH.delayMs,
  });
  const flow = new Flow({ limit: Infinity });
  const running = flow.run(IN_FLIGHT, 1, async (number) => {
    const { text, key, idempotencyKey } = messages[number % messages.length];
    await producer.send({ data: Buffer.from(text), properties: { idempotencyKey }, partitionKey: key });
    flow.arrived(1);
  });
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  await producer.close();
  await client.close();
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});
