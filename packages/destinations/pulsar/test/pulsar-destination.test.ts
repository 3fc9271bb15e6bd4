import { failureOf, type BatchItem } from '@dest/core';
import type { PulsarDestination } from '@dest/pulsar';
import { batchContext, batchItem, dispatchContext, lifecycle, NEVER } from './support/contexts';
import { createDestination, type DestinationFixture } from './support/create-destination';
import { FakeBroker, payloadOf, type Frame } from './support/fake-broker';
import { ObservedConnections } from '../../../../test/support/observed-connections';
import { until } from './support/until';

const brokers: FakeBroker[] = [];
const destinations: PulsarDestination[] = [];

afterEach(async () => {
  for (const destination of destinations.splice(0)) await destination.close();
  for (const broker of brokers.splice(0)) await broker.stop();
});

async function startBroker(behaviour: Parameters<typeof FakeBroker.start>[0] = {}): Promise<FakeBroker> {
  const broker = await FakeBroker.start(behaviour);
  brokers.push(broker);
  return broker;
}

function create(fixture: DestinationFixture): PulsarDestination {
  const destination = createDestination(fixture);
  destinations.push(destination);
  return destination;
}

async function open(fixture: DestinationFixture): Promise<PulsarDestination> {
  const destination = create(fixture);
  await destination.open(lifecycle());
  return destination;
}

describe('dispatching', () => {
  it('sends the JSON text of an event, with its key and its idempotency key', async () => {
    const frames: Frame[] = [];
    const broker = await startBroker({
      onFrame: (frame, client) => void (frames.push(frame), client.acknowledge(frame)),
    });
    const destination = await open({ production: { host: broker.host } });

    await destination.dispatchEvent(
      { name: 'Zoë "Z"', list: [1, null] },
      { id: 'profile-1' },
      undefined,
      { type: 'order-created' },
      dispatchContext('e1:orders'),
    );
    await destination.dispatchProfile('text', { id: 'profile-2' }, undefined, dispatchContext('e2:orders'));

    expect(frames.map(payloadOf)).toEqual(['{"name":"Zoë \\"Z\\"","list":[1,null]}', '"text"']);
    expect(frames.map(({ key, properties }) => [key, properties])).toEqual([
      ['profile-1', { idempotencyKey: 'e1:orders' }],
      ['profile-2', { idempotencyKey: 'e2:orders' }],
    ]);
  });

  it('sends a batch without waiting for each, and gives one result per item, in order', async () => {
    const frames: Frame[] = [];
    const broker = await startBroker({ onFrame: (frame) => frames.push(frame) });
    const destination = await open({ production: { host: broker.host } });
    const items: BatchItem[] = [
      batchItem({ n: 1 }, 'e1:orders', 'p1'),
      batchItem({ n: 2 }, 'e2:orders'),
      batchItem('x'.repeat(1024 * 1024), 'e3:orders'),
      batchItem({ n: 4 }, 'e4:orders', 'p2'),
    ];

    const dispatching = destination.dispatchBatch(items, batchContext());
    await until(() => frames.length === 3);
    const [client] = broker.clients;
    for (const frame of frames.toReversed()) {
      if (payloadOf(frame) === '{"n":2}')
        client?.answer({ result: 'send-error:8', errorMsg: 'odd', context: frame.context });
      else client?.acknowledge(frame);
    }
    const results = await dispatching;

    expect(results.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect(results.map((result) => (result.ok ? undefined : failureOf(result.error).code))).toEqual([
      undefined,
      'PULSAR_SEND_FAILED',
      'PULSAR_MESSAGE_TOO_LARGE',
      undefined,
    ]);
    expect(broker.payloads).toEqual(['{"n":1}', '{"n":2}', '{"n":4}']);
    expect(frames.map(({ key }) => key)).toEqual(['p1', undefined, 'p2']);
  });

  it('ends with the deadline', async () => {
    const broker = await startBroker({ onFrame: () => undefined });
    const destination = await open({ production: { host: broker.host } });
    const controller = new AbortController();
    const dispatching = destination.dispatchBatch(
      [batchItem(1, 'e1:orders'), batchItem(2, 'e2:orders')],
      batchContext(controller.signal),
    );
    await until(() => broker.payloads.length === 2);

    controller.abort();

    for (const result of await dispatching) {
      expect(result.ok ? undefined : failureOf(result.error)).toMatchObject({
        retry: 'transient',
        scope: 'destination',
        code: 'PULSAR_DEADLINE',
      });
    }
  });

  it('is refused before open and after close', async () => {
    const broker = await startBroker();
    const destination = create({ production: { host: broker.host } });
    const profile = { id: 'p1' };
    const dispatch = async (): Promise<void> =>
      destination.dispatchProfile({}, profile, undefined, dispatchContext('e1:orders'));

    await expect(dispatch()).rejects.toMatchObject({ code: 'PULSAR_NOT_OPEN' });
    await destination.open(lifecycle());
    await dispatch();
    await destination.close();
    await expect(dispatch()).rejects.toMatchObject({ code: 'PULSAR_NOT_OPEN' });
  });
});

describe('connections', () => {
  it('are shared by destinations of one resource and topic, and end with the last', async () => {
    const broker = await startBroker();
    const connections = new ObservedConnections();
    const production = { host: broker.host };

    const [one, two, other] = await Promise.all([
      open({ production, connections }),
      open({ production, connections }),
      open({ production, connections, topic: 'clicks' }),
    ]);
    expect(broker.requests).toHaveLength(2);

    await one.close();
    await two.dispatchProfile({}, { id: 'p1' }, undefined, dispatchContext('e1:orders'));
    await two.close();
    await other.close();
    await other.close();

    expect(connections.open).toEqual([]);
    await until(() => broker.clients.every(({ socket }) => socket.readyState === 3));
  });

  it('are not shared across versions of a resource, nor by test and production', async () => {
    const [production, test] = [await startBroker(), await startBroker()];
    const connections = new ObservedConnections();
    const sides = { production: { host: production.host }, test: { host: test.host }, connections };

    await open(sides);
    await open({ ...sides, version: '2' });
    const debug = await open({ ...sides, debug: true });
    await debug.dispatchProfile('debug', { id: 'p1' }, undefined, dispatchContext('e1:orders'));

    expect(production.requests).toHaveLength(2);
    expect(production.payloads).toEqual([]);
    expect(test.payloads).toEqual(['"debug"']);
  });

  it('that could not be opened are not kept', async () => {
    const broker = await startBroker({
      refuse: (_request, connection) => (connection === 1 ? { status: 403 } : undefined),
    });
    const connections = new ObservedConnections();
    const production = { host: broker.host };

    await expect(open({ production, connections })).rejects.toMatchObject({ code: 'PULSAR_NOT_AUTHORIZED' });
    expect(connections.open).toEqual([]);

    await open({ production, connections });
    expect(broker.clients).toHaveLength(1);
  });

  it('go on being opened for others when one has no more time', async () => {
    const broker = await startBroker();
    const connections = new ObservedConnections();
    const controller = new AbortController();
    const hurried = create({ production: { host: broker.host }, connections });
    const opening = hurried.open(lifecycle(controller.signal));
    const patient = open({ production: { host: broker.host }, connections });

    controller.abort();

    await expect(opening).rejects.toMatchObject({ code: 'PULSAR_DEADLINE' });
    await (await patient).close();
    await until(() => connections.open.length === 0);
  });

  it('need no open to be closed', async () => {
    const destination = create({ production: { host: 'ws://127.0.0.1:9' } });

    await expect(destination.close()).resolves.toBeUndefined();
  });
});

it('takes an address that no schema has seen for what it is', async () => {
  const destination = create({ production: { host: 'ftp://user:s3cret@broker' } });

  const failure = await destination.open(lifecycle(NEVER)).then(undefined, failureOf);

  expect(failure).toMatchObject({ retry: 'configuration', code: 'PULSAR_HOST_INVALID' });
  expect(failure?.message).not.toContain('s3cret');
});
