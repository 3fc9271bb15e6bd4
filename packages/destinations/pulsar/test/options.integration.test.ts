import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { failureOf, type BatchItem, type Data } from '@dest/core';
import type { PulsarDestination, PulsarInit } from '@dest/pulsar';
import { useBroker, type PulsarBroker } from '../../../../test/support/pulsar-broker';
import { readTopic, type ReceivedMessage } from '../../../../test/support/pulsar-consumer';
import { batchContext, batchItem, lifecycle } from './support/contexts';
import { createDestination, type DestinationFixture } from './support/create-destination';
import { TcpProxy } from './support/tcp-proxy';
import { until } from './support/until';

let broker: PulsarBroker;
let proxy: TcpProxy;
const destinations: PulsarDestination[] = [];

beforeAll(async () => {
  broker = await useBroker('options');
  proxy = await TcpProxy.start(Number(new URL(broker.httpUrl).port));
});

afterEach(async () => {
  proxy.mute = false;
  for (const destination of destinations.splice(0)) await destination.close();
});

afterAll(async () => {
  await proxy.stop();
  await broker.stop();
});

async function open(fixture: Partial<DestinationFixture>, host = broker.webSocketUrl): Promise<PulsarDestination> {
  const token = broker.adminToken === undefined ? {} : { token: broker.adminToken };
  const destination = createDestination({ production: { host, ...token }, ...fixture });
  destinations.push(destination);
  await destination.open(lifecycle());
  return destination;
}

const throughProxy = (): string => `ws://127.0.0.1:${proxy.port}`;

function newTopic(purpose: string, namespace = 'default'): string {
  return `persistent://public/${namespace}/${purpose}-${randomBytes(4).toString('hex')}`;
}

async function send(destination: PulsarDestination, items: readonly BatchItem[]): Promise<void> {
  const results = await destination.dispatchBatch(items, batchContext(AbortSignal.timeout(60_000)));
  expect(results).toEqual(items.map(() => ({ ok: true })));
}

async function read(
  topic: string,
  count: number,
  subscriptionType: 'Exclusive' | 'Shared' = 'Exclusive',
): Promise<ReceivedMessage[]> {
  const { webSocketUrl, adminToken } = broker;
  return readTopic({
    webSocketUrl,
    topic,
    token: adminToken,
    subscriptionType,
    until: ({ length }) => length >= count,
  });
}

async function admin<Answer = unknown>(path: string, method = 'GET', body?: unknown): Promise<Answer> {
  const response = await fetch(`${broker.httpUrl}/admin/v2/${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(broker.adminToken === undefined ? {} : { authorization: `Bearer ${broker.adminToken}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

interface Stats {
  readonly msgInCounter: number;
  readonly bytesInCounter: number;
  readonly publishers: readonly { readonly producerName: string }[];
}

async function stats(topic: string): Promise<Stats> {
  return admin<Stats>(`${topic.replace('://', '/')}/stats`);
}

it('a message has its key, properties and event time', async () => {
  const topic = newTopic('parts');
  const destination = await open({
    topic,
    init: {
      key: 'event@properties.orderId',
      properties: {
        type: 'event@type',
        greeting: 'Zoë says "{{event@properties.word}}"',
        total: 'event@properties.total',
      },
    },
  });
  const event = { type: 'order-created', properties: { orderId: 'A-1', word: 'hi', total: 12.5 } };

  await send(destination, [
    { ...batchItem({ n: 1 }, 'e1:o', 'p1'), event: { ...event, metadata: { time: '2025-03-14T09:18:00.250+01:00' } } },
    { ...batchItem({ n: 2 }, 'e2:o', 'p1'), event: { type: 'order-paid' } },
  ]);

  const [first, second] = await read(topic, 2);
  expect(first).toMatchObject({
    key: 'A-1',
    properties: { idempotencyKey: 'e1:o', type: 'order-created', greeting: 'Zoë says "hi"', total: '12.5' },
  });
  expect(Date.parse(first?.eventTime ?? '')).toBe(Date.UTC(2025, 2, 14, 8, 18, 0, 250));
  expect(second).toMatchObject({ properties: { type: 'order-paid', greeting: 'Zoë says ""' }, eventTime: undefined });
  expect(second?.key).toBeUndefined();
});

it.each([
  ['json', { a: 'Zoë' }, Buffer.from('{"a":"Zoë"}')],
  ['text', 'Zoë\n"Z"', Buffer.from('Zoë\n"Z"')],
  ['raw', Buffer.from([0, 255, 254, 10]).toString('base64'), Buffer.from([0, 255, 254, 10])],
] satisfies [PulsarInit['serializer'], Data, Buffer][])('the serializer %s', async (serializer, data, payload) => {
  const topic = newTopic(serializer);
  const destination = await open({ topic, init: { serializer } });

  await send(destination, [batchItem(data, 'e1:o')]);

  expect((await read(topic, 1)).map((message) => message.payload)).toEqual([payload]);
});

it('a delayed message comes after its time', async () => {
  const topic = newTopic('delayed');
  const destination = await open({ topic, init: { deliverAfter: '3s' } });

  const reading = read(topic, 3, 'Shared');
  await send(destination, [batchItem(1, 'e1:o'), batchItem(2, 'e2:o'), batchItem(3, 'e3:o')]);

  for (const { publishedAt, receivedAt } of await reading) expect(receivedAt - publishedAt).toBeGreaterThan(1_900);
});

it.each(['LZ4', 'ZLIB', 'ZSTD', 'SNAPPY'] as const)('compression %s is what the broker stores', async (compression) => {
  const topic = newTopic(compression);
  const destination = await open({ topic, init: { compression } });
  const text = 'the same again and again '.repeat(4_000);
  expect(gzipSync(text).length).toBeLessThan(2_000);

  await send(destination, [batchItem(text, 'e1:o')]);

  expect((await read(topic, 1))[0]?.payload.toString()).toBe(JSON.stringify(text));
  expect((await stats(topic)).bytesInCounter).toBeLessThan(text.length / 5);
});

it('the producer has the name that was given, and no second one is let in', async () => {
  const topic = newTopic('named');
  const init = { producerName: 'web shop & co' };
  await open({ topic, init });

  expect((await stats(topic)).publishers.map(({ producerName }) => producerName)).toEqual(['web shop & co']);
  await expect(open({ topic, init })).rejects.toMatchObject({ code: 'PULSAR_CONFLICT' });
});

it.each([
  ['no batches', { batching: false } as const, 'none' as const, 100],
  ['no batches where the order of keys is asked for', {}, 'key' as const, 100],
  ['batches of ten', { batching: { maxMessages: 10, maxDelayMs: 1_000 } }, 'none' as const, 10],
])('%s', async (_what, init, ordering, entries) => {
  const topic = newTopic('batching');
  const destination = await open({ topic, init, ordering });

  await send(
    destination,
    Array.from({ length: 100 }, (_, n) => batchItem(n, `e${n}:o`, `p${n % 7}`)),
  );

  const { numberOfEntries } = await admin<{ numberOfEntries: number }>(`${topic.replace('://', '/')}/internalStats`);
  expect(numberOfEntries).toBe(entries);
  expect((await read(topic, 100)).map(({ payload }) => Number(payload.toString()))).toEqual(
    Array.from({ length: 100 }, (_, n) => n),
  );
});

it('with sendTimeoutMs a broker that says nothing is left sooner', async () => {
  const topic = newTopic('timeout');
  const destination = await open({ topic, init: { sendTimeoutMs: 500 } }, throughProxy());
  await send(destination, [batchItem(1, 'e1:o')]);

  proxy.mute = true;
  proxy.joined = 0;
  const since = performance.now();
  const sending = send(destination, [batchItem(2, 'e2:o')]);
  await until(() => proxy.joined === 1);
  // Without it that takes ten seconds.
  expect(performance.now() - since).toBeLessThan(8_000);
  proxy.mute = false;
  proxy.cut();
  await sending;

  const texts = (await read(topic, 2)).map(({ payload }) => payload.toString());
  expect(new Set(texts)).toEqual(new Set(['1', '2']));
});

it('1,000 topics by template, with 50 producers open', async () => {
  const namespace = `many-${randomBytes(4).toString('hex')}`;
  await admin(`namespaces/public/${namespace}`, 'PUT', {});
  const destination = await open(
    { topic: `persistent://public/${namespace}/{{event@type}}`, init: { maxProducers: 50 } },
    throughProxy(),
  );
  const before = proxy.open;
  proxy.most = 0;
  const items = Array.from({ length: 2_000 }, (_, n) => ({
    ...batchItem(n, `e${n}:o`),
    event: { type: `type-${n % 1_000}` },
  }));

  for (let from = 0; from < items.length; from += 500) {
    await Promise.all([0, 250].map(async (more) => send(destination, items.slice(from + more, from + more + 250))));
  }

  const topics = await admin<string[]>(`persistent/public/${namespace}`);
  expect(topics).toHaveLength(1_000);
  expect(proxy.most - before).toBeLessThanOrEqual(50);
  const counts = await Promise.all(topics.map(stats));
  expect(counts.map(({ msgInCounter }) => msgInCounter)).toEqual(topics.map(() => 2));
  expect(counts.filter(({ publishers }) => publishers.length > 0)).toHaveLength(50);
}, 300_000);

it('a topic whose namespace is missing fails its own items alone', async () => {
  const destination = await open({ topic: 'persistent://public/{{event@type}}/orders' });

  const results = await destination.dispatchBatch(
    ['default', 'nowhere', 'default'].map((type, n) => ({ ...batchItem(n, `e${n}:o`), event: { type } })),
    batchContext(AbortSignal.timeout(60_000)),
  );

  expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
  expect(results[1]?.ok === false && failureOf(results[1].error)).toMatchObject({
    retry: 'permanent',
    scope: 'item',
    code: 'PULSAR_TOPIC_NOT_FOUND',
  });
});

it.each([
  [true, 500],
  [false, 1_000],
])(
  'with deduplication: %s, what is sent again after a connection ended is stored %d times',
  async (deduplication, stored) => {
    const namespace = `dedup-${randomBytes(4).toString('hex')}`;
    await admin(`namespaces/public/${namespace}`, 'PUT', {});
    await admin(`namespaces/public/${namespace}/deduplication`, 'POST', true);
    const topic = newTopic('repeats', namespace);
    const destination = await open({ topic, init: { deduplication } }, throughProxy());
    await send(destination, [batchItem('first', 'e:o')]);
    const items = Array.from({ length: 500 }, (_, n) => batchItem(n, `e${n}:o`, `p${n % 7}`));

    proxy.mute = true;
    const sending = send(destination, items);
    await untilStored(topic, 501);
    proxy.mute = false;
    proxy.cut();
    await sending;
    await send(destination, [batchItem('last', 'e:o')]);

    const received = (await read(topic, stored + 2)).map(({ payload }) => payload.toString());
    expect(received.at(0)).toBe('"first"');
    expect(received.at(-1)).toBe('"last"');
    expect([...new Set(received.slice(1, -1))]).toEqual(items.map(({ json }) => json));
  },
);

async function untilStored(topic: string, count: number): Promise<void> {
  let found = 0;
  const looking = setInterval(() => void stats(topic).then(({ msgInCounter }) => (found = msgInCounter)), 100);
  await until(() => found >= count);
  clearInterval(looking);
}
