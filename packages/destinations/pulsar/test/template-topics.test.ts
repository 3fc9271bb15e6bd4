import { getEventListeners } from 'node:events';
import { failureOf, type ItemResult } from '@dest/core';
import type { PulsarDestination } from '@dest/pulsar';
import { batchContext, batchItem, dispatchContext, lifecycle } from './support/contexts';
import { createDestination, type DestinationFixture } from './support/create-destination';
import { FakeBroker, payloadOf, type Frame } from './support/fake-broker';
import { until } from './support/until';

const TEMPLATE = 'persistent://public/default/{{event@type}}';

let broker: FakeBroker;
let destination: PulsarDestination;
let connected = new Set<object>();
let most = 0;
let received = new Map<string, string[]>();

beforeEach(async () => {
  connected = new Set();
  most = 0;
  received = new Map();
  broker = await FakeBroker.start();
  broker.behaviour = { onFrame: (frame, client) => void (note(frame, client.connection), client.acknowledge(frame)) };
});

afterEach(async () => {
  await destination.close();
  await broker.stop();
});

function topicOf(connection: number): string {
  const path = new URL(broker.requests[connection - 1]?.url ?? '', 'http://broker').pathname;
  return path.split('/').slice(4).join('/');
}

function note(frame: Frame, connection: number): void {
  const topic = topicOf(connection);
  received.set(topic, [...(received.get(topic) ?? []), payloadOf(frame)]);
  const { socket } = broker.clients.find((client) => client.connection === connection) ?? {};
  if (socket === undefined || connected.has(socket)) return;
  connected.add(socket);
  most = Math.max(most, broker.clients.filter(({ socket: { readyState } }) => readyState === 1).length);
}

async function open(fixture: Partial<DestinationFixture> = {}): Promise<void> {
  destination = createDestination({ production: { host: broker.host }, topic: TEMPLATE, ...fixture });
  await destination.open(lifecycle());
}

function item(type: string | undefined, n: number): ReturnType<typeof batchItem> {
  return { ...batchItem(n, `e${n}:o`, `p${n}`), ...(type === undefined ? {} : { event: { type } }) };
}

const failures = (results: readonly ItemResult[]): (ReturnType<typeof failureOf> | undefined)[] =>
  results.map((result) => (result.ok ? undefined : failureOf(result.error)));

it('opens nothing before there is a message', async () => {
  await open();

  expect(broker.requests).toEqual([]);
  expect(await destination.check(lifecycle())).toMatchObject({ ok: true });
});

it('each message goes to its topic; those of one topic stay in order', async () => {
  await open();
  const types = ['a', 'b', 'c'];
  const items = Array.from({ length: 300 }, (_, n) => item(types[n % 3], n));

  const results = await destination.dispatchBatch(items, batchContext());

  expect(results).toEqual(items.map(() => ({ ok: true })));
  expect(broker.clients).toHaveLength(3);
  types.forEach((type, index) => {
    const expected = items.filter((_, n) => n % 3 === index).map(({ json }) => json);
    expect(received.get(`persistent/public/default/${type}`)).toEqual(expected);
  });
});

it('1,000 topics with 50 producers open at most', async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { onFrame } = broker.behaviour;
  broker.behaviour = {
    onFrame: (frame, client) => {
      listeners = Math.max(listeners, getEventListeners(signal, 'abort').length);
      onFrame?.(frame, client);
    },
  };
  await open({ init: { maxProducers: 50 } });
  const items = Array.from({ length: 2_000 }, (_, n) => item(`t${n % 1_000}`, n));

  const results = await Promise.all(
    [0, 500, 1_000, 1_500].map(async (from) =>
      destination.dispatchBatch(items.slice(from, from + 500), batchContext(signal)),
    ),
  );

  // One for each of the four calls: Node warns of more than ten.
  expect(listeners).toBe(4);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(results.flat().every(({ ok }) => ok)).toBe(true);
  expect(received.size).toBe(1_000);
  expect([...received.values()].flat()).toHaveLength(2_000);
  expect(most).toBeGreaterThan(25);
  expect(most).toBeLessThanOrEqual(50);
  await destination.close();
  await until(() => broker.clients.every(({ socket }) => socket.readyState === 3));
});

/** Pulsar says what is not there; another server, or a proxy, doesn't. */
const WORDS: Readonly<Record<number, object>> = {
  404: { body: '<title>Error 404 TopicNotFoundException: Topic not found</title>' },
};

it.each([
  [404, 'permanent', 'PULSAR_TOPIC_NOT_FOUND'],
  [403, 'permanent', 'PULSAR_NOT_AUTHORIZED'],
  [409, 'transient', 'PULSAR_CONFLICT'],
])('a topic that answers %d fails its own items alone', async (status, retry, code) => {
  broker.behaviour = {
    ...broker.behaviour,
    refuse: (request) => (request.url?.includes('/bad?') === true ? { status, ...WORDS[status] } : undefined),
  };
  await open();

  const results = await destination.dispatchBatch(
    [item('good', 1), item('bad', 2), item('fine', 3), item('bad', 4), item(undefined, 5)],
    batchContext(),
  );

  expect(failures(results)).toEqual([
    undefined,
    expect.objectContaining({ retry, scope: 'item', code }),
    undefined,
    expect.objectContaining({ retry, scope: 'item', code }),
    expect.objectContaining({ retry: 'permanent', scope: 'item', code: 'PULSAR_TOPIC_INVALID' }),
  ]);
});

it.each([
  ['a refused token', { status: 401 }, 'PULSAR_NOT_AUTHENTICATED'],
  ['no WebSocket API', { status: 404, body: '<title>Error 404 Not Found</title>' }, 'PULSAR_NO_WEB_SOCKET_API'],
])('%s is the destination’s', async (_what, refusal, code) => {
  broker.behaviour = { ...broker.behaviour, refuse: () => refusal };
  await open();

  const [failure] = failures(await destination.dispatchBatch([item('a', 1)], batchContext()));

  expect(failure).toMatchObject({ retry: 'configuration', scope: 'destination', code });
});

it('a topic that stops to answer holds nobody else up', async () => {
  broker.behaviour = {
    onFrame: (frame, client) => {
      note(frame, client.connection);
      if (!topicOf(client.connection).endsWith('silent')) client.acknowledge(frame);
    },
  };
  await open({ init: { maxProducers: 1 } });
  const controller = new AbortController();
  const silent = destination.dispatchBatch([item('silent', 1)], batchContext(controller.signal));
  await until(() => received.size === 1);
  const waiting = destination.dispatchBatch([item('a', 2)], batchContext());

  controller.abort();

  expect(failures(await silent)[0]).toMatchObject({ code: 'PULSAR_DEADLINE' });
  expect(await waiting).toEqual([{ ok: true }]);
});

it('single events go by the template too', async () => {
  await open();

  await destination.dispatchEvent({ n: 1 }, undefined, undefined, { type: 'a' }, dispatchContext('e1:o'));
  await expect(
    destination.dispatchProfile({ n: 2 }, { id: 'p' }, undefined, dispatchContext('e2:o')),
  ).rejects.toMatchObject({ code: 'PULSAR_TOPIC_INVALID' });

  expect([...received]).toEqual([['persistent/public/default/a', ['{"n":1}']]]);
});
