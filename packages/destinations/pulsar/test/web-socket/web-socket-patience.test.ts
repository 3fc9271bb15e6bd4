import { noopLogger } from '@dest/core';
import { parseTopic } from '../../src/topic';
import { DEFAULT_PRODUCER_SETTINGS, type ProducerSettings } from '../../src/transport/producer-settings';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { DEFAULT_SETTINGS } from '../../src/web-socket/web-socket-settings';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { accessOf } from '../support/access-of';
import { NEVER } from '../support/contexts';
import { FakeBroker } from '../support/fake-broker';
import { openHttp } from '../support/open-http';

const ANSWER_AFTER_MS = 300;

/** How many times a message was sent to a broker that answers late. */
async function timesSent(settings: Partial<ProducerSettings>): Promise<number> {
  const broker = await FakeBroker.start({
    onFrame: (frame, client) => void setTimeout(() => client.acknowledge(frame), ANSWER_AFTER_MS),
  });
  const transport = new WebSocketTransport({
    host: broker.host,
    access: webSocketAccess(accessOf(broker.host), openHttp),
    logger: noopLogger,
    settings: { ...DEFAULT_SETTINGS, acknowledgeTimeoutMs: ANSWER_AFTER_MS / 2, reconnect: { initialMs: 1, maxMs: 1 } },
  });
  const producer = await transport.openProducer(parseTopic('orders'), { ...DEFAULT_PRODUCER_SETTINGS, ...settings });
  await Promise.race([
    producer.send({ payload: 'x', properties: {} }, NEVER),
    new Promise((resolve) => setTimeout(resolve, ANSWER_AFTER_MS * 2)),
  ]);
  const times = broker.payloads.length;
  await producer.close();
  await broker.stop();
  return times;
}

test('a broker that waits for a batch to fill is not taken for one that is silent', async () => {
  expect(await timesSent({})).toBeGreaterThan(1);
  expect(await timesSent({ batching: { maxMessages: 1_000, maxDelayMs: ANSWER_AFTER_MS } })).toBe(1);
});
