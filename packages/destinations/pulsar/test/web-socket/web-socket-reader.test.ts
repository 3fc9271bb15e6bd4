import { failureOf, noopLogger } from '@dest/core';
import { parseTopic } from '../../src/topic';
import type { PulsarReader, ReadCursor, ReadMessage } from '../../src/transport/pulsar-reader';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { DEFAULT_SETTINGS } from '../../src/web-socket/web-socket-settings';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { accessOf } from '../support/access-of';
import { FakeCluster } from '../support/fake-cluster';
import { openHttp } from '../support/open-http';
import { until } from '../support/until';

const quick = { ...DEFAULT_SETTINGS, reconnect: { initialMs: 1, maxMs: 5 } };

let cluster: FakeCluster;
const readers: PulsarReader[] = [];

beforeEach(async () => {
  cluster = await FakeCluster.start();
});

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  await cluster.stop();
});

async function opened(after?: ReadCursor) {
  const messages: ReadMessage[] = [];
  const events: string[] = [];
  const access = webSocketAccess(accessOf(cluster.host, 't'), openHttp);
  const transport = new WebSocketTransport({ host: cluster.host, access, logger: noopLogger, settings: quick });
  const reader = await transport.openReader(parseTopic('journal'), after, {
    onMessage: (message) => messages.push(message),
    onTrouble: (problem) => events.push(problem === undefined ? 'fine' : failureOf(problem).code),
  });
  readers.push(reader);
  return { reader, messages, events };
}

const texts = (messages: readonly ReadMessage[]): string[] => messages.map(({ payload }) => payload.toString());

test('reads a topic from its beginning, and what comes later', async () => {
  cluster.publish({ payload: 'a', properties: { x: '1' } });
  const { messages } = await opened();
  await until(() => messages.length === 1);
  cluster.publish({ payload: 'b' });
  await until(() => messages.length === 2);
  expect(texts(messages)).toEqual(['a', 'b']);
  expect(messages[0]).toMatchObject({ id: '7:1:-1:0', properties: { x: '1' } });
  expect(cluster.readers[0]?.pathname).toBe('/ws/v2/reader/persistent/public/default/journal');
  expect(cluster.readers[0]?.searchParams.get('messageId')).toBe('earliest');
});

test('reads on after a message', async () => {
  cluster.publish({ payload: 'a' }, { payload: 'b' }, { payload: 'c' });
  const { messages } = await opened();
  await until(() => messages.length === 3);
  const { messages: later } = await opened(messages[0]?.cursor);
  await until(() => later.length === 2);
  expect(texts(later)).toEqual(['b', 'c']);
});

test('goes on where it was after a connection that ended, and gives nothing twice', async () => {
  cluster.publish({ payload: 'a' }, { payload: 'b' });
  const { messages, events } = await opened();
  await until(() => messages.length === 2);
  cluster.disconnect();
  await until(() => cluster.readers.length === 2 && events.includes('fine'));
  cluster.publish({ payload: 'c' });
  await until(() => messages.length === 3);
  expect(texts(messages)).toEqual(['a', 'b', 'c']);
  expect(events).toEqual(['PULSAR_DISCONNECTED', 'fine']);
});

test('acknowledges what it reads, since Pulsar sends more only then', async () => {
  const { messages } = await opened();
  cluster.publish({ payload: 'a' });
  await until(() => messages.length === 1);
  await until(() => cluster.readerAcknowledged === 1);
});
