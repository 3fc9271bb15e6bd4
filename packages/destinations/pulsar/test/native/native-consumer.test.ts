import { failureOf } from '@dest/core';
import { NativeTransport } from '../../src/native/native-transport';
import { parseTopic } from '../../src/topic';
import type { ConsumerOptions, PulsarConsumer, ReceivedMessage } from '../../src/transport/pulsar-consumer';
import { accessOf } from '../support/access-of';
import { NativeDouble } from '../support/native-double';
import { openHttp } from '../support/open-http';
import { until } from '../support/until';

const options: ConsumerOptions = {
  subscription: 'dest',
  type: 'Key_Shared',
  initialPosition: 'earliest',
  receiverQueueSize: 2,
};
const consumers: PulsarConsumer[] = [];

afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
});

async function opened(double: NativeDouble) {
  const messages: ReceivedMessage[] = [];
  const events: string[] = [];
  const transport = new NativeTransport(double.binding, { access: accessOf('pulsar://broker:6650'), http: openHttp });
  const consumer = await transport.openConsumer(parseTopic('events'), options, {
    onMessage: (message) => messages.push(message),
    onLost: () => events.push('lost'),
    onTrouble: (problem) => events.push(problem === undefined ? 'fine' : failureOf(problem).message),
  });
  consumers.push(consumer);
  return { consumer, messages, events };
}

const texts = (messages: readonly ReceivedMessage[]): string[] => messages.map(({ payload }) => payload.toString());

test('subscribes as it is told, and gives what comes', async () => {
  const double = new NativeDouble();
  double.publish('a', 'p1');
  double.publish('b');
  const { messages } = await opened(double);
  await until(() => messages.length === 2);
  expect(double.consumers).toEqual([
    {
      topic: 'persistent://public/default/events',
      subscription: 'dest',
      subscriptionType: 'KeyShared',
      subscriptionInitialPosition: 'Earliest',
      receiverQueueSize: 2,
    },
  ]);
  expect(messages[0]).toMatchObject({ id: '5:0:-1:0', key: 'p1', publishTime: 1_000, properties: {} });
  expect(messages[1]).not.toHaveProperty('key');
});

test('asks for no more than may be unacknowledged', async () => {
  const double = new NativeDouble();
  for (const payload of ['a', 'b', 'c', 'd']) double.publish(payload);
  const { messages } = await opened(double);
  await until(() => messages.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(double.received).toBe(2);
  messages[1]?.acknowledge();
  messages[1]?.acknowledge();
  await until(() => messages.length === 3);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(double.received).toBe(3);
  expect(double.acknowledged).toEqual(['b']);
});

test('makes another consumer where its own is of no use any more', async () => {
  const double = new NativeDouble();
  double.publish('a');
  const { messages, events } = await opened(double);
  await until(() => messages.length === 1);
  double.dropConsumer();
  await until(() => messages.length === 2);
  expect(texts(messages)).toEqual(['a', 'a']);
  expect(messages.map(({ isCurrent }) => isCurrent())).toEqual([false, true]);
  messages[0]?.acknowledge();
  expect(double.acknowledged).toEqual([]);
  messages[1]?.acknowledge();
  expect(double.acknowledged).toEqual(['a']);
  expect(events.slice(0, 3)).toEqual([expect.stringContaining('AlreadyClosed'), 'lost', 'fine']);
});

test('goes on trying while the cluster is away', async () => {
  const double = new NativeDouble();
  const { messages, events } = await opened(double);
  double.cluster = 'away';
  double.dropConsumer();
  await until(() => events.length >= 2);
  expect(events).not.toContain('fine');
  double.cluster = 'up';
  double.publish('a');
  await until(() => messages.length === 1);
  expect(events.at(-1)).toBe('fine');
});

test('ends while it waits for a message, and for room', async () => {
  const double = new NativeDouble();
  const { consumer, events } = await opened(double);
  await consumer.close();
  await consumer.close();
  for (const payload of ['a', 'b', 'c']) double.publish(payload);
  const full = await opened(double);
  await until(() => full.messages.length === 2);
  await full.consumer.close();
  expect([...events, ...full.events]).toEqual([]);
});

test.each([
  ['nobody answers', { cluster: 'away' }, 'PULSAR_UNREACHABLE'],
  ['somebody has the subscription alone', { isHeld: true }, 'PULSAR_CONFLICT'],
])('can not subscribe where %s', async (_what, state, code) => {
  await expect(opened(Object.assign(new NativeDouble(), state))).rejects.toMatchObject({ code });
});
