import type { Logger } from '@dest/core';
import type { PulsarDestination, PulsarInit } from '@dest/pulsar';
import { nativeProducerSettings } from '../src/native/native-producer-settings';
import { producerSettingsOf } from '../src/producer-settings-of';
import { parseTopic } from '../src/topic';
import { producerUrl } from '../src/web-socket/producer-url';
import { ObservedConnections } from '../../../../test/support/observed-connections';
import { batchContext, batchItem, lifecycle } from './support/contexts';
import { createDestination, withDefaults, type DestinationFixture } from './support/create-destination';
import { FakeBroker, type Frame } from './support/fake-broker';
import { NativeDouble } from './support/native-double';

const double = new NativeDouble();

jest.mock('../src/native/load-native-binding', () => ({
  loadNativeBinding: async () => Promise.resolve(double.binding),
}));

const topic = parseTopic('orders');

function urlOf(init: Partial<PulsarInit>, ordering: 'none' | 'key' | 'strict' = 'none'): Record<string, string> {
  const settings = producerSettingsOf(withDefaults({ topic: 'orders', ...init }), ordering);
  return Object.fromEntries(new URL(producerUrl('ws://broker:8080', topic, settings)).searchParams);
}

function nativeOf(init: Partial<PulsarInit>, ordering: 'none' | 'key' | 'strict' = 'none'): object {
  return nativeProducerSettings(topic, producerSettingsOf(withDefaults({ topic: 'orders', ...init }), ordering));
}

describe('what a producer is opened with', () => {
  it('by default is a batch of up to 1,000 within 5 ms', () => {
    expect(urlOf({})).toEqual({
      maxPendingMessages: '5000',
      batchingEnabled: 'true',
      batchingMaxMessages: '1000',
      batchingMaxPublishDelay: '5',
    });
    expect(nativeOf({})).toEqual({
      topic: topic.full,
      sendTimeoutMs: 30_000,
      maxPendingMessages: 5_000,
      blockIfQueueFull: false,
      hashingScheme: 'JavaStringHash',
      batchingEnabled: true,
      batchingType: 'DefaultBatching',
      batchingMaxMessages: 1_000,
      batchingMaxPublishDelayMs: 5,
    });
  });

  it.each([
    [{ producerName: 'shop & co' }, { producerName: 'shop & co' }, { producerName: 'shop & co' }],
    [{ sendTimeoutMs: 2_000 }, { sendTimeoutMillis: '2000' }, { sendTimeoutMs: 2_000 }],
    [{ compression: 'LZ4' }, { compressionType: 'LZ4' }, { compressionType: 'LZ4' }],
    [{ compression: 'ZLIB' }, { compressionType: 'ZLIB' }, { compressionType: 'Zlib' }],
    [{ compression: 'ZSTD' }, { compressionType: 'ZSTD' }, { compressionType: 'ZSTD' }],
    [{ compression: 'SNAPPY' }, { compressionType: 'SNAPPY' }, { compressionType: 'SNAPPY' }],
    [
      { batching: { maxMessages: 50 } },
      { batchingEnabled: 'true', batchingMaxMessages: '50', batchingMaxPublishDelay: '5' },
      { batchingEnabled: true, batchingMaxMessages: 50, batchingMaxPublishDelayMs: 5 },
    ],
    [
      { batching: { maxDelayMs: 20 } },
      { batchingMaxMessages: '1000', batchingMaxPublishDelay: '20' },
      { batchingMaxMessages: 1_000, batchingMaxPublishDelayMs: 20 },
    ],
    [{ batching: false }, { batchingEnabled: 'false' }, { batchingEnabled: false }],
  ] satisfies [Partial<PulsarInit>, object, object][])('has %j', (init, webSocket, native) => {
    expect(urlOf(init)).toMatchObject(webSocket);
    expect(nativeOf(init)).toMatchObject(native);
  });

  it('keeps the order of keys where that is asked for: batches of one key, or none where there are no such batches', () => {
    expect(urlOf({}, 'key')).toMatchObject({ batchingEnabled: 'false' });
    expect(urlOf({}, 'key')).not.toHaveProperty('batchingMaxMessages');
    expect(nativeOf({}, 'key')).toMatchObject({ batchingEnabled: true, batchingType: 'KeyBasedBatching' });
    expect(nativeOf({ batching: { maxMessages: 10 } }, 'key')).toMatchObject({
      batchingType: 'KeyBasedBatching',
      batchingMaxMessages: 10,
    });
    expect(urlOf({}, 'strict')).toMatchObject({ batchingEnabled: 'true' });
  });
});

describe('on the wire', () => {
  const destinations: PulsarDestination[] = [];
  const brokers: FakeBroker[] = [];

  afterEach(async () => {
    for (const destination of destinations.splice(0)) await destination.close();
    for (const broker of brokers.splice(0)) await broker.stop();
  });

  async function open(fixture: DestinationFixture, logger?: Logger): Promise<PulsarDestination> {
    const destination = createDestination(fixture);
    destinations.push(destination);
    await destination.open({ ...lifecycle(), ...(logger === undefined ? {} : { logger }) });
    return destination;
  }

  async function startBroker(frames: Frame[] = []): Promise<FakeBroker> {
    const broker = await FakeBroker.start({
      onFrame: (frame, client) => void (frames.push(frame), client.acknowledge(frame)),
    });
    brokers.push(broker);
    return broker;
  }

  const init: Partial<PulsarInit> = {
    key: 'event@properties.orderId',
    properties: { type: 'event@type', "it's": 'say "{{event@properties.word}}"' },
    deliverAfter: '2m',
    serializer: 'raw',
  };
  const item = {
    ...batchItem(Buffer.from([0, 255, 1]).toString('base64'), 'e1:orders', 'p1'),
    event: {
      type: 'order-created',
      properties: { orderId: 'A-"1"', word: 'hi\u2028' },
      metadata: { time: '2025-03-14T09:18:00.250Z' },
    },
  };
  const properties = { idempotencyKey: 'e1:orders', type: 'order-created', "it's": 'say "hi\u2028"' };

  it('of the WebSocket API a message has it all', async () => {
    const frames: Frame[] = [];
    const broker = await startBroker(frames);
    const destination = await open({ production: { host: broker.host }, init });

    expect(await destination.dispatchBatch([item], batchContext())).toEqual([{ ok: true }]);

    expect(frames).toEqual([
      {
        context: '1',
        key: 'A-"1"',
        properties,
        eventTime: '2025-03-14T09:18:00.250Z',
        deliverAfterMs: 120_000,
        payload: Buffer.from([0, 255, 1]).toString('base64'),
      },
    ]);
  });

  it('of the native client a message has it all', async () => {
    const destination = await open({ production: { host: 'pulsar://broker:6650' }, init });

    expect(await destination.dispatchBatch([item], batchContext())).toEqual([{ ok: true }]);

    expect(double.stored.at(-1)).toEqual({
      data: Buffer.from([0, 255, 1]),
      partitionKey: 'A-"1"',
      properties,
      eventTimestamp: Date.UTC(2025, 2, 14, 9, 18, 0, 250),
      deliverAfter: 120_000,
    });
  });

  it('one that can’t be made fails alone, and takes nobody’s place', async () => {
    const frames: Frame[] = [];
    const broker = await startBroker(frames);
    const destination = await open({ production: { host: broker.host }, init: { serializer: 'text' } });

    const results = await destination.dispatchBatch(
      [batchItem('1', 'e1:o'), batchItem({ no: 'text' }, 'e2:o'), batchItem('3', 'e3:o')],
      batchContext(),
    );

    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(results[1]).toMatchObject({ error: { code: 'PULSAR_PAYLOAD_INVALID' } });
    expect(broker.payloads).toEqual(['1', '3']);
  });

  it('parameters that can’t be compiled keep the destination from opening', async () => {
    await expect(
      open({ production: { host: 'ws://127.0.0.1:9' }, init: { key: 'profile@a..b' } }),
    ).rejects.toMatchObject({
      code: 'REFERENCE_INVALID',
    });
  });

  it('with deduplication each opening has a name that nobody had, and numbers from zero', async () => {
    const broker = await startBroker();
    const fixture = { production: { host: broker.host }, init: { producerName: 'shop', deduplication: true } };
    await open(fixture);
    await open({ ...fixture, connections: new ObservedConnections() });
    await open({ production: { host: 'pulsar://broker:6650' }, init: { deduplication: true } });

    const queries = broker.requests.map(({ url }) => new URL(url ?? '', broker.host).searchParams);
    expect(queries.map((query) => query.get('initialSequenceId'))).toEqual(['-1', '-1']);
    const names = queries.map((query) => query.get('producerName'));
    for (const name of names) expect(name).toMatch(/^shop-[0-9a-f]{16}$/);
    expect(new Set(names).size).toBe(2);
    expect(double.producers.at(-1)?.producerName).toMatch(/^dest-[0-9a-f]{16}$/);
  });

  it('two destinations with other settings on one topic have a producer each', async () => {
    const broker = await startBroker();
    const fixture = { production: { host: broker.host }, connections: new ObservedConnections() };
    await open(fixture);
    await open({ ...fixture, init: { compression: 'LZ4' } });
    await open(fixture);

    expect(broker.requests.map(({ url }) => url?.includes('LZ4'))).toEqual([false, true]);
  });

  it('batches of mixed keys are warned of where the order of keys is asked for', async () => {
    const broker = await startBroker();
    const warnings: string[] = [];
    const logger = { ...lifecycle().logger, warn: (message: string) => void warnings.push(message) };

    await open({ production: { host: broker.host }, ordering: 'key' }, logger);
    expect(warnings).toEqual([]);
    await open({ production: { host: broker.host }, ordering: 'key', init: { batching: { maxMessages: 5 } } }, logger);

    expect(warnings).toEqual([expect.stringContaining('Key_Shared')]);
  });
});
