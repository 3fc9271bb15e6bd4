import { failureOf } from '@dest/core';
import { NativeTransport } from '../../src/native/native-transport';
import { parseTopic } from '../../src/topic';
import type { PulsarReader, ReadCursor, ReadMessage } from '../../src/transport/pulsar-reader';
import { accessOf } from '../support/access-of';
import { NativeDouble } from '../support/native-double';
import { openHttp } from '../support/open-http';
import { until } from '../support/until';

const readers: PulsarReader[] = [];

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});

async function opened(double: NativeDouble, after?: ReadCursor) {
  const messages: ReadMessage[] = [];
  const events: string[] = [];
  const transport = new NativeTransport(double.binding, { access: accessOf('pulsar://broker:6650'), http: openHttp });
  const reader = await transport.openReader(parseTopic('journal'), after, {
    onMessage: (message) => messages.push(message),
    onTrouble: (problem) => events.push(problem === undefined ? 'fine' : failureOf(problem).message),
  });
  readers.push(reader);
  return { reader, messages, events };
}

const texts = (messages: readonly ReadMessage[]): string[] => messages.map(({ payload }) => payload.toString());

test('reads a topic from its beginning, and what comes later', async () => {
  const double = new NativeDouble();
  double.publish('a');
  const { messages } = await opened(double);
  await until(() => messages.length === 1);
  double.publish('b');
  await until(() => messages.length === 2);
  expect(texts(messages)).toEqual(['a', 'b']);
  expect(double.readers[0]).toMatchObject({ topic: 'persistent://public/default/journal' });
});

test('reads on after a message', async () => {
  const double = new NativeDouble();
  for (const payload of ['a', 'b', 'c']) double.publish(payload);
  const { messages } = await opened(double);
  await until(() => messages.length === 3);
  const { messages: later } = await opened(double, messages[0]?.cursor);
  await until(() => later.length === 2);
  expect(texts(later)).toEqual(['b', 'c']);
});

test('goes on where it was with another reader where its own is of no use any more', async () => {
  const double = new NativeDouble();
  double.publish('a');
  const { messages, events } = await opened(double);
  await until(() => messages.length === 1);
  double.dropReader();
  await until(() => double.readers.length === 2);
  double.publish('b');
  await until(() => messages.length === 2);
  expect(texts(messages)).toEqual(['a', 'b']);
  expect(events.at(-1)).toBe('fine');
});

test('a reader that can not be opened says why', async () => {
  const double = new NativeDouble();
  double.cluster = 'away';
  await expect(opened(double).catch((error: unknown) => failureOf(error).code)).resolves.toBe('PULSAR_UNREACHABLE');
});
