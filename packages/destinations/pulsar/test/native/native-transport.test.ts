import { ConfigurationError, failureOf, TransientError } from '@dest/core';
import type { NativeHandshake } from '../../src/native/native-handshake';
import { NativeTransport } from '../../src/native/native-transport';
import { SendFailure } from '../../src/sending/send-outcome';
import { parseTopic } from '../../src/topic';
import type { PulsarProducer } from '../../src/transport/pulsar-transport';
import { accessOf } from '../support/access-of';
import { NEVER } from '../support/contexts';
import { failure } from '../support/failure';
import { NativeDouble } from '../support/native-double';
import { openHttp } from '../support/open-http';
import { until } from '../support/until';

const HOST = 'pulsar://broker:6650';

function transport(double: NativeDouble, access = accessOf(HOST), handshake?: NativeHandshake): NativeTransport {
  return new NativeTransport(double.binding, { access, http: openHttp, ...(handshake ? { handshake } : {}) });
}

async function open(double: NativeDouble, topic = 'orders', token?: string): Promise<PulsarProducer> {
  return transport(double, accessOf(HOST, token)).openProducer(parseTopic(topic));
}

async function send(producer: PulsarProducer, text: string, signal: AbortSignal = NEVER): Promise<string> {
  return producer.send({ payload: Buffer.from(text), properties: {} }, signal);
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
  const shared = transport(double);

  await Promise.all([shared.openProducer(parseTopic('a')), shared.openProducer(parseTopic('b'))]);

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
  it('with the same words for a refused token as for a dead address, and the broker tells which', async () => {
    const refuses: NativeHandshake = async () =>
      Promise.reject(new ConfigurationError('Invalid signature', { code: 'PULSAR_NOT_AUTHENTICATED' }));
    const double = new NativeDouble({ token: 'right' });

    const refused = await failure(
      transport(double, accessOf(HOST, 'wr0ng'), refuses).openProducer(parseTopic('orders')),
    );

    expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_NOT_AUTHENTICATED' });
  });

  it('for the moment where the broker is there and the producer does not come about', async () => {
    const double = new NativeDouble();
    double.cluster = 'away';

    const failed = await failure(
      transport(double, accessOf(HOST), async () => Promise.resolve()).openProducer(parseTopic('orders')),
    );

    expect(failed).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_TIMED_OUT' });
    expect(failed.message).toContain('Failed to create producer: TimeOut');
  });

  it('for good where the namespace is unknown', async () => {
    const refused = await failure(open(new NativeDouble(), 'nobody/nowhere/orders'));

    expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_TOPIC_NOT_FOUND' });
    expect(refused.message).toContain('TopicNotFound');
    expect(refused.message).toContain('persistent://nobody/nowhere/orders');
  });

  it('at once where the client does not take the address', () => {
    expect(() => transport(new NativeDouble(), accessOf('pulsar://broker'))).toThrow(
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

describe('a token that is refused after opening', () => {
  let asked = 0;
  let answer: () => Promise<void>;
  const asks: NativeHandshake = async () => {
    asked++;
    await answer();
  };

  beforeEach(() => {
    asked = 0;
    answer = async () => Promise.reject(new ConfigurationError('Token expired', { code: 'PULSAR_NOT_AUTHENTICATED' }));
  });

  it('is told from a broker that is away: that is asked once, however many messages timed out', async () => {
    const double = new NativeDouble();
    const producer = await transport(double, accessOf(HOST), asks).openProducer(parseTopic('orders'));
    double.cluster = 'away';
    const failures = Promise.all(['1', '2', '3'].map((text) => failure(send(producer, text))));
    await until(() => double.waiting === 3);
    double.timeOut();

    for (const failed of await failures) {
      expect(failed).toMatchObject({ retry: 'configuration', code: 'PULSAR_NOT_AUTHENTICATED' });
    }
    expect(asked).toBe(1);
    // Whoever gives up before the client does is told so, too.
    const controller = new AbortController();
    const givenUp = failure(send(producer, '4', controller.signal));
    controller.abort();
    expect(await givenUp).toMatchObject({ retry: 'configuration', code: 'PULSAR_NOT_AUTHENTICATED' });

    double.comeBack();
    await send(producer, '5');
    double.cluster = 'away';
    const later = new AbortController();
    const late = failure(send(producer, '6', later.signal));
    later.abort();
    expect(await late).toMatchObject({ retry: 'transient', code: 'PULSAR_DEADLINE' });
  });

  it('is not suspected where the broker can not be asked, or has nothing against it', async () => {
    const double = new NativeDouble();
    const producer = await transport(double, accessOf(HOST), asks).openProducer(parseTopic('orders'));
    double.cluster = 'away';
    answer = async () => Promise.reject(new TransientError('away', { code: 'PULSAR_UNREACHABLE' }));
    const failed = failure(send(producer, '1'));
    await until(() => double.waiting === 1);
    double.timeOut();

    expect(await failed).toMatchObject({ retry: 'transient', code: 'PULSAR_TIMED_OUT' });
    expect(asked).toBe(1);
  });
});

it.each([
  ['MessageTooBig', 'permanent', 'item', 'PULSAR_MESSAGE_TOO_LARGE'],
  ['InvalidMessage', 'permanent', 'item', 'PULSAR_MESSAGE_REFUSED'],
  ['CryptoError', 'permanent', 'item', 'PULSAR_MESSAGE_REFUSED'],
  ['ProducerQueueIsFull', 'transient', 'destination', 'PULSAR_BUSY'],
  ['ResultMemoryBufferIsFull', 'transient', 'destination', 'PULSAR_BUSY'],
  ['ProducerBlockedQuotaExceededException', 'transient', 'destination', 'PULSAR_BUSY'],
  ['TimeOut', 'transient', 'destination', 'PULSAR_TIMED_OUT'],
  ['ResultProducerFenced', 'transient', 'destination', 'PULSAR_CONFLICT'],
  ['ProducerBusy', 'transient', 'destination', 'PULSAR_CONFLICT'],
  ['NotConnected', 'transient', 'destination', 'PULSAR_DISCONNECTED'],
  ['ConnectError', 'transient', 'destination', 'PULSAR_DISCONNECTED'],
  ['ServiceUnitNotReady', 'transient', 'destination', 'PULSAR_UNAVAILABLE'],
  ['BrokerPersistenceError', 'transient', 'destination', 'PULSAR_UNAVAILABLE'],
  ['TopicNotFound', 'configuration', 'destination', 'PULSAR_TOPIC_NOT_FOUND'],
  ['IncompatibleSchema', 'configuration', 'destination', 'PULSAR_SCHEMA_INCOMPATIBLE'],
  ['ResultNotAllowedError', 'configuration', 'destination', 'PULSAR_NOT_AUTHORIZED'],
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

it('of a batch that is given up sends nothing more, and goes on with the next', async () => {
  const double = new NativeDouble();
  const producer = await open(double);
  double.cluster = 'away';
  const controller = new AbortController();
  const messages = Array.from({ length: 1_200 }, (_, index) => ({ payload: String(index), properties: {} }));
  const givenUp = producer.sendAll(messages, controller.signal);
  const kept = producer.sendAll([{ payload: 'kept', properties: {} }], NEVER);
  await until(() => double.waiting === 1_000);

  controller.abort();
  const codes = (await givenUp).map((outcome) => outcome instanceof SendFailure && failureOf(outcome.error).code);
  expect(codes).toEqual(Array(1_200).fill('PULSAR_DEADLINE'));
  double.comeBack();

  expect(await kept).toEqual(['(1,1001,-1,0)']);
  // What the client had already it has sent.
  expect(texts(double)).toEqual([...messages.slice(0, 1_000).map(({ payload }) => payload), 'kept']);
});

it('rejects what waits when it is closed, and is safe twice', async () => {
  const double = new NativeDouble();
  const shared = transport(double);
  const producer = await shared.openProducer(parseTopic('orders'));
  double.cluster = 'away';
  const pending = failure(send(producer, '1'));
  await until(() => double.waiting === 1);

  await producer.close();
  await producer.close();
  await shared.close();
  await shared.close();

  expect(await pending).toMatchObject({ code: 'PULSAR_CLOSED' });
  expect(await failure(send(producer, '2'))).toMatchObject({ code: 'PULSAR_CLOSED' });
  expect([double.closedProducers, double.closedClients]).toEqual([1, 1]);
});
