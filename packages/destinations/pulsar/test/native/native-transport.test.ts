import { failureOf } from '@dest/core';
import { NativeTransport } from '../../src/native/native-transport';
import { parseTopic } from '../../src/topic';
import type { PulsarProducer } from '../../src/transport/pulsar-transport';
import { NEVER } from '../support/contexts';
import { NativeDouble } from '../support/native-double';
import { until } from '../support/until';

const HOST = 'pulsar://broker:6650';

async function open(double: NativeDouble, topic = 'orders', token?: string): Promise<PulsarProducer> {
  return new NativeTransport(double.binding, { host: HOST, token }).openProducer(parseTopic(topic));
}

async function send(producer: PulsarProducer, text: string, signal: AbortSignal = NEVER): Promise<string> {
  return producer.send({ payload: Buffer.from(text), properties: {} }, signal);
}

async function failure(promise: Promise<unknown>): Promise<ReturnType<typeof failureOf>> {
  return promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => failureOf(error),
  );
}

const texts = (double: NativeDouble): string[] => double.stored.map(({ data }) => data.toString());

it('sends bytes, properties and key, and resolves to the message id', async () => {
  const double = new NativeDouble();
  const producer = await open(double);

  const messageId = await producer.send(
    { payload: Buffer.from('{"a":1}'), key: 'p1', properties: { idempotencyKey: 'e1:orders' } },
    NEVER,
  );

  expect(messageId).toBe('(1,1,-1,0)');
  expect(double.stored).toEqual([
    { data: Buffer.from('{"a":1}'), partitionKey: 'p1', properties: { idempotencyKey: 'e1:orders' } },
  ]);
  expect(double.producers[0]).toMatchObject({ topic: 'persistent://public/default/orders', batchingEnabled: true });
});

it('uses one client for several topics', async () => {
  const double = new NativeDouble();
  const transport = new NativeTransport(double.binding, { host: HOST });

  await Promise.all([transport.openProducer(parseTopic('a')), transport.openProducer(parseTopic('b'))]);

  expect(double.clients).toHaveLength(1);
  expect(double.producers.map(({ topic }) => topic)).toEqual([
    'persistent://public/default/a',
    'persistent://public/default/b',
  ]);
});

it('authenticates with the token', async () => {
  const producer = await open(new NativeDouble({ token: 's3cret' }), 'orders', 's3cret');

  expect(await send(producer, '1')).toBe('(1,1,-1,0)');
});

describe('opening fails', () => {
  it('with the same words for a refused token as for a dead address, and says so', async () => {
    const refused = await failure(open(new NativeDouble({ token: 'right' }), 'orders', 'wr0ng'));

    expect(refused).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_UNREACHABLE' });
    expect(refused.message).toContain('Failed to create producer: TimeOut');
    expect(refused.message).toContain('credentials.token');
    expect(refused.message).not.toContain('wr0ng');
  });

  it('for good where the namespace is unknown', async () => {
    const refused = await failure(open(new NativeDouble(), 'nobody/nowhere/orders'));

    expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_TOPIC_NOT_FOUND' });
    expect(refused.message).toContain('TopicNotFound');
    expect(refused.message).toContain('persistent://nobody/nowhere/orders');
  });

  it('at once where the client does not take the address', () => {
    expect(() => new NativeTransport(new NativeDouble().binding, { host: 'pulsar://broker' })).toThrow(
      expect.objectContaining({ code: 'PULSAR_HOST_INVALID' }),
    );
  });
});

it('never has more at the client than the client takes', async () => {
  const double = new NativeDouble();
  const producer = await open(double);
  double.cluster = 'away';
  const sends = Promise.all(Array.from({ length: 12_000 }, async (_, index) => send(producer, String(index))));
  await until(() => double.waiting === 1_000);

  double.comeBack();
  await sends;

  expect(texts(double)).toEqual(Array.from({ length: 12_000 }, (_, index) => String(index)));
});

it('sends what waited while the broker was away', async () => {
  const double = new NativeDouble();
  const producer = await open(double);
  double.cluster = 'away';
  const sends = Promise.all(['1', '2'].map(async (text) => send(producer, text)));
  await until(() => double.waiting === 2);

  double.comeBack();

  expect(await sends).toEqual(['(1,1,-1,0)', '(1,2,-1,0)']);
});

it('hands on that the client gave everything up that waited too long', async () => {
  const double = new NativeDouble();
  const producer = await open(double);
  double.cluster = 'away';
  const failures = Promise.all(['1', '2', '3'].map(async (text) => failure(send(producer, text))));
  await until(() => double.waiting === 3);

  double.timeOut();

  for (const failed of await failures) {
    expect(failed).toMatchObject({ retry: 'transient', scope: 'destination' });
    expect(failed.message).toContain('Failed to send message: TimeOut');
  }
});

it.each([
  ['MessageTooBig', 'permanent', 'item', 'PULSAR_MESSAGE_TOO_LARGE'],
  ['InvalidMessage', 'permanent', 'item', 'PULSAR_MESSAGE_REFUSED'],
  ['ProducerQueueIsFull', 'transient', 'destination', 'PULSAR_SEND_FAILED'],
  ['AuthorizationError', 'configuration', 'destination', 'PULSAR_NOT_AUTHORIZED'],
  ['AuthenticationError', 'configuration', 'destination', 'PULSAR_NOT_AUTHENTICATED'],
  ['TopicTerminated', 'configuration', 'destination', 'PULSAR_TOPIC_TERMINATED'],
  ['ChecksumError', 'transient', 'item', 'PULSAR_SEND_FAILED'],
])('a message that ends with %s is %s for the %s', async (result, retry, scope, code) => {
  const double = new NativeDouble();
  const producer = await open(double);
  double.results.set('bad', result);

  const [good, bad] = await Promise.all([send(producer, 'good'), failure(send(producer, 'bad'))]);

  expect(good).toBe('(1,1,-1,0)');
  expect(bad).toMatchObject({ retry, scope, code });
  expect(bad.message).toContain(`Failed to send message: ${result}`);
});

it('makes another producer where the client closed or fenced off the first', async () => {
  const double = new NativeDouble();
  const producer = await open(double);
  double.fence();

  expect(await failure(send(producer, '1'))).toMatchObject({ retry: 'transient', scope: 'destination' });
  await send(producer, '2');

  expect(texts(double)).toEqual(['2']);
  expect(double.producers).toHaveLength(2);
});

it('tells a caller whose time is over, and nobody else', async () => {
  const double = new NativeDouble();
  const producer = await open(double);
  double.cluster = 'away';
  const controller = new AbortController();
  const givenUp = failure(send(producer, '1', controller.signal));
  const kept = send(producer, '2');
  await until(() => double.waiting === 2);

  controller.abort();
  expect(await givenUp).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_DEADLINE' });
  double.comeBack();

  expect(await kept).toBe('(1,2,-1,0)');
});

it('rejects what waits when it is closed, and is safe twice', async () => {
  const double = new NativeDouble();
  const transport = new NativeTransport(double.binding, { host: HOST });
  const producer = await transport.openProducer(parseTopic('orders'));
  double.cluster = 'away';
  const pending = failure(send(producer, '1'));
  await until(() => double.waiting === 1);

  await producer.close();
  await producer.close();
  await transport.close();
  await transport.close();

  expect(await pending).toMatchObject({ code: 'PULSAR_CLOSED' });
  expect(await failure(send(producer, '2'))).toMatchObject({ code: 'PULSAR_CLOSED' });
  expect([double.closedProducers, double.closedClients]).toEqual([1, 1]);
});
