import { failureOf, noopLogger } from '@dest/core';
import { parseTopic } from '../../src/topic';
import type { PulsarConsumer, ReceivedMessage } from '../../src/transport/pulsar-consumer';
import { DEFAULT_SETTINGS } from '../../src/web-socket/web-socket-settings';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { FakeCluster } from '../support/fake-cluster';
import { until } from '../support/until';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { accessOf } from '../support/access-of';
import { openHttp } from '../support/open-http';

const quick = { ...DEFAULT_SETTINGS, heartbeatMs: 100, reconnect: { initialMs: 1, maxMs: 5 } };

let cluster: FakeCluster;
let consumer: PulsarConsumer;

afterEach(async () => {
  await consumer.close();
  await cluster.stop();
});

async function opened(behaviour: { autoPong?: boolean } = {}, receiverQueueSize = 10) {
  cluster = await FakeCluster.start(behaviour);
  const messages: ReceivedMessage[] = [];
  const events: string[] = [];
  const transport = new WebSocketTransport({
    host: cluster.host,
    access: webSocketAccess(accessOf(cluster.host, 't'), openHttp),
    logger: noopLogger,
    settings: quick,
  });
  const options = {
    subscription: 'dest',
    type: 'Exclusive',
    initialPosition: 'latest',
    receiverQueueSize,
  } as const;
  consumer = await transport.openConsumer(parseTopic('events'), options, {
    onMessage: (message) => messages.push(message),
    onLost: () => events.push('lost'),
    onTrouble: (problem) => events.push(problem === undefined ? 'fine' : failureOf(problem).code),
  });
  return { messages, events };
}

test('a broker that froze is left, and asked again', async () => {
  const { events } = await opened({ autoPong: false });
  await until(() => cluster.consumers.length >= 2);
  expect(events.slice(0, 2)).toEqual(['lost', 'PULSAR_DISCONNECTED']);
});

test('a message of several megabytes comes whole', async () => {
  const { messages } = await opened();
  const payload = 'ä'.repeat(2_500_000);
  cluster.publish({ payload });
  await until(() => messages.length === 1);
  expect(messages[0]?.payload.equals(Buffer.from(payload))).toBe(true);
});

test('a message is acknowledged once, and never by another connection', async () => {
  const { messages } = await opened();
  cluster.publish({ payload: 'a' }, { payload: 'b' });
  await until(() => messages.length === 2);
  messages[0]?.acknowledge();
  messages[0]?.acknowledge();
  await until(() => cluster.acknowledged.length > 0);
  cluster.disconnect();
  await until(() => messages.length === 3);
  expect(messages.map((message) => message.isCurrent())).toEqual([false, false, true]);
  messages[1]?.acknowledge();
  messages[2]?.acknowledge();
  await until(() => cluster.acknowledged.length > 1);
  expect(cluster.acknowledged).toEqual([1, 2]);
  expect(messages[1]?.id).toBe(messages[2]?.id);
});

test.each([
  ['no JSON', 'nonsense'],
  ['no message', '{"result":"ok"}'],
  ['not UTF-8', Buffer.from('{"messageId":"CAcQARgAIAA=","payload":"","properties":{"a":"\xff"}}', 'latin1')],
])('something that is %s ends the connection, and the rest comes by the next', async (_what, words) => {
  const { messages, events } = await opened();
  cluster.say(words);
  await until(() => cluster.consumers.length === 2);
  cluster.publish({ payload: 'a' });
  await until(() => messages.length === 1);
  expect(messages[0]?.payload.toString()).toBe('a');
  expect(events).toEqual(['lost', 'PULSAR_DISCONNECTED', 'fine']);
});

/** As many as the numbers of the double's messages allow. */
const MANY = 120;

test('more than Pulsar sends ahead is asked for, and no more than may be unacknowledged', async () => {
  const { messages } = await opened({}, 1_001);
  cluster.publish(...Array.from({ length: MANY }, (_, index) => ({ payload: String(index) })));
  await until(() => messages.length === MANY);
  expect(cluster.consumers[0]?.searchParams.get('pullMode')).toBe('true');
  expect(cluster.consumers[0]?.searchParams.get('receiverQueueSize')).toBe('1000');
  expect(cluster.permits).toEqual([1_001]);
});

test('what comes once more by the same connection takes no more room than when it came first', async () => {
  const { messages } = await opened({}, 1_001);
  cluster.publish(...Array.from({ length: MANY }, (_, index) => ({ payload: String(index) })));
  await until(() => messages.length === MANY);
  cluster.redeliver();
  cluster.redeliver();
  // An eighth of what may be here is asked for at once.
  await until(() => messages.length === 3 * MANY && cluster.permits.length === 2);
  expect(cluster.permits[1]).toBe(126);
  for (const message of messages.slice(0, 20)) message.acknowledge();
  await until(() => cluster.permits.length === 3);
  expect(cluster.permits[2]).toBe(126);
});

test('without a bound, as many are asked for as come', async () => {
  const { messages } = await opened({}, Infinity);
  cluster.publish({ payload: 'a' });
  await until(() => messages.length === 1);
  expect(cluster.permits).toEqual([10_000]);
});
