import { failureOf, noopLogger } from '@dest/core';
import { parseTopic } from '../../src/topic';
import { DEFAULT_SETTINGS, type WebSocketSettings } from '../../src/web-socket/web-socket-settings';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import type { PulsarProducer } from '../../src/transport/pulsar-transport';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { accessOf } from '../support/access-of';
import { NEVER } from '../support/contexts';
import { failure } from '../support/failure';
import { FakeBroker, payloadOf, type Behaviour, type Frame } from '../support/fake-broker';
import { openHttp } from '../support/open-http';
import { until } from '../support/until';

const QUICK: WebSocketSettings = { ...DEFAULT_SETTINGS, reconnect: { initialMs: 1, maxMs: 10 } };

let broker: FakeBroker;
let producer: PulsarProducer | undefined;

afterEach(async () => {
  await producer?.close();
  producer = undefined;
  await broker.stop();
});

async function open(behaviour: Behaviour = {}, settings: Partial<WebSocketSettings> = {}): Promise<PulsarProducer> {
  broker = await FakeBroker.start(behaviour);
  producer = await transport(settings).openProducer(parseTopic('orders'));
  return producer;
}

function transport(settings: Partial<WebSocketSettings> = {}, token?: string): WebSocketTransport {
  return new WebSocketTransport({
    host: broker.host,
    access: webSocketAccess(accessOf(broker.host, token), openHttp),
    logger: noopLogger,
    settings: { ...QUICK, ...settings },
  });
}

async function send(text: string, signal: AbortSignal = NEVER): Promise<string> {
  if (producer === undefined) throw new Error('no producer');
  return producer.send({ payload: Buffer.from(text), properties: {} }, signal);
}

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

describe('what is sent', () => {
  it('has the payload byte for byte, the key and the properties', async () => {
    const frames: Frame[] = [];
    const bytes = Buffer.from([0, 255, 10, 34, 92, 200]);
    await open({ onFrame: (frame, client) => void (frames.push(frame), client.acknowledge(frame)) });

    await producer?.send({ payload: bytes, key: 'p"1\n', properties: { idempotencyKey: 'e1:ö' } }, NEVER);

    expect(frames).toHaveLength(1);
    expect(Buffer.from(frames[0]?.payload ?? '', 'base64')).toEqual(bytes);
    expect(frames[0]).toMatchObject({ key: 'p"1\n', properties: { idempotencyKey: 'e1:ö' } });
  });

  it('goes to the topic, in batches', async () => {
    broker = await FakeBroker.start();
    producer = await transport().openProducer(parseTopic('non-persistent://shop/eu-west/a:b%c'));

    const url = new URL(broker.requests[0]?.url ?? '', broker.host);
    expect(url.pathname).toBe('/ws/v2/producer/non-persistent/shop/eu-west/a%3Ab%25c');
    expect(url.searchParams.get('batchingEnabled')).toBe('true');
    expect(Number(url.searchParams.get('maxPendingMessages'))).toBeGreaterThan(DEFAULT_SETTINGS.window.maxMessages);
  });

  it('carries the token in a header and not in the address', async () => {
    broker = await FakeBroker.start();
    producer = await transport({}, 'the-token').openProducer(parseTopic('orders'));

    expect(broker.requests[0]?.headers.authorization).toBe('Bearer the-token');
    expect(broker.requests[0]?.url).not.toContain('the-token');
  });

  it('is on the wire at most as often as the cap allows', async () => {
    const held: Frame[] = [];
    await open({ onFrame: (frame) => held.push(frame) }, { window: { maxMessages: 3, maxBytes: 1_000_000 } });
    const sends = Promise.all(range(1, 7).map(async (text) => send(text)));

    await until(() => held.length === 3);
    // What was acknowledged makes room for as many; a frame too many would have come before the next one.
    for (const frame of held.splice(0, 2)) broker.clients[0]?.acknowledge(frame);
    await until(() => held.length === 3);
    expect(broker.payloads).toEqual(range(1, 5));
    broker.behaviour = {};
    for (const frame of held) broker.clients[0]?.acknowledge(frame);
    await sends;

    expect(broker.payloads).toEqual(range(1, 7));
  });
});

describe('acknowledgements', () => {
  it('may come late and in any order', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) });
    const sends = range(1, 5).map(async (text) => send(text));
    await until(() => frames.length === 5);

    for (const frame of frames.toReversed()) broker.clients[0]?.acknowledge(frame);

    expect(await Promise.all(sends)).toEqual(frames.map(({ context }) => `id-${context}`));
  });

  it('that are lost make the message, and no other, go once more', async () => {
    await open(
      {
        onFrame: (frame, client) => {
          if (payloadOf(frame) !== '2' || client.connection > 1) client.acknowledge(frame);
        },
      },
      { acknowledgeTimeoutMs: 500 },
    );

    await Promise.all(range(1, 4).map(async (text) => send(text)));

    expect(broker.received).toEqual([range(1, 4), ['2']]);
  });

  it('that nobody can read make it connect again', async () => {
    await open({
      onFrame: (frame, client) => {
        if (client.connection === 1) client.socket.send('not JSON');
        else client.acknowledge(frame);
      },
    });

    await send('1');

    expect(broker.received).toEqual([['1'], ['1']]);
  });
});

describe('a connection that ends', () => {
  it.each([
    ['is reset', (socket: { terminate(): void }) => socket.terminate()],
    ['is closed for idleness', (socket: { close(code: number): void }) => socket.close(1001)],
  ])('because it %s: what was not acknowledged goes again, in order', async (_why, end) => {
    let seen = 0;
    await open({
      onFrame: (frame, client) => {
        seen += 1;
        if (client.connection > 1 || seen <= 20) client.acknowledge(frame);
        else if (seen === 50) end(client.socket);
      },
    });

    await Promise.all(range(1, 100).map(async (text) => send(text)));

    // A reset may take with it some acknowledgements that were under way.
    const first = Number(broker.received[1]?.[0]);
    expect(first).toBeLessThanOrEqual(21);
    expect(broker.received[1]).toEqual(range(first, 100));
  });

  it('while nothing is sent is replaced', async () => {
    await open();
    broker.clients[0]?.socket.close(1001);
    await until(() => broker.clients.length === 2);

    await send('1');

    expect(broker.received).toEqual([[], ['1']]);
  });

  it('because the broker froze is dropped, and everything goes again', async () => {
    await open(
      { onFrame: (frame, client) => void (client.connection > 1 && client.acknowledge(frame)) },
      { acknowledgeTimeoutMs: 500 },
    );

    await Promise.all(range(1, 10).map(async (text) => send(text)));

    expect(broker.received).toEqual([range(1, 10), range(1, 10)]);
  });

  it('several times in a row loses nothing', async () => {
    let seen = 0;
    await open({
      onFrame: (frame, client) => {
        seen += 1;
        if (seen % 97 === 0 && client.connection < 12) client.socket.terminate();
        else client.acknowledge(frame);
      },
    });

    await Promise.all(range(1, 1_000).map(async (text) => send(text)));

    expect(new Set(broker.payloads)).toEqual(new Set(range(1, 1_000)));
    expect(broker.clients.length).toBeGreaterThan(3);
  });

  it('is tried again while the broker refuses for the moment', async () => {
    await open({
      refuse: (_request, connection) => (connection === 2 || connection === 3 ? { status: 503 } : undefined),
      onFrame: (frame, client) => (client.connection === 1 ? client.socket.terminate() : client.acknowledge(frame)),
    });

    await send('1');

    expect(broker.requests).toHaveLength(4);
  });
});

describe('a connection that is refused for a while', () => {
  const LATER = { status: 429, headers: { 'retry-after': '7' } };
  const REFUSED = { retry: 'transient', scope: 'destination', code: 'PULSAR_UNAVAILABLE', retryAfterMs: 7_000 };

  it('fails what waits for it at once, with the time to wait, and the next message asks again', async () => {
    await open({
      refuse: (_request, connection) => (connection === 2 ? LATER : undefined),
      onFrame: (frame, client) => (client.connection === 1 ? client.socket.terminate() : client.acknowledge(frame)),
    });

    const refused = await Promise.all(range(1, 3).map(async (text) => failure(send(text))));
    expect(refused).toEqual(Array(3).fill(expect.objectContaining(REFUSED)));
    expect(refused[0]?.message).toContain('429');

    expect(await send('4')).toMatch(/^id-/);
    expect(broker.requests).toHaveLength(3);
    expect(broker.received.at(-1)).toEqual(['4']);
  });

  it('is left alone until there is something to send', async () => {
    await open({ refuse: (_request, connection) => (connection > 1 ? LATER : undefined) });
    broker.clients[0]?.socket.terminate();
    await until(() => broker.requests.length === 2);

    expect(await failure(send('1'))).toMatchObject(REFUSED);
    expect(broker.requests).toHaveLength(3);
  });
});

describe('a heartbeat', () => {
  it('keeps an idle connection busy', async () => {
    await open({}, { heartbeatMs: 500 });

    await until(() => broker.pings.length >= 3);

    expect(broker.clients).toHaveLength(1);
  });

  it('finds out that nobody is there any more', async () => {
    await open({ autoPong: false }, { heartbeatMs: 5 });

    await until(() => broker.clients.length >= 2);

    await send('1');
    expect(broker.payloads).toEqual(['1']);
  });
});

describe('a refusal of one message', () => {
  it.each([
    ['send-error:7', 'Invalid Base64', 'permanent', 'item', 'PULSAR_MESSAGE_REFUSED'],
    ['send-error:8', 'PulsarClientException$ProducerQueueIsFullError: full', 'transient', 'destination', 'PULSAR_BUSY'],
    ['send-error:8', 'PulsarClientException$TimeoutException: late', 'transient', 'destination', 'PULSAR_TIMED_OUT'],
    ['send-error:8', 'ProducerFencedException: over', 'transient', 'destination', 'PULSAR_CONFLICT'],
    ['send-error:8', 'NotConnectedException: gone', 'transient', 'destination', 'PULSAR_DISCONNECTED'],
    ['send-error:8', 'BrokerPersistenceException: disk', 'transient', 'destination', 'PULSAR_UNAVAILABLE'],
    ['send-error:8', 'odd, on persistent://public/default/timeouts', 'transient', 'item', 'PULSAR_SEND_FAILED'],
    ['send-error:8', 'Message size is bigger than 5242880 bytes', 'permanent', 'item', 'PULSAR_MESSAGE_TOO_LARGE'],
    ['send-error:8', 'AuthorizationException: no more', 'configuration', 'destination', 'PULSAR_NOT_AUTHORIZED'],
    ['send-error:8', 'TopicDoesNotExistException: no', 'configuration', 'destination', 'PULSAR_TOPIC_NOT_FOUND'],
    [
      'send-error:8',
      'PulsarClientException$InvalidMessageException: size',
      'permanent',
      'item',
      'PULSAR_MESSAGE_REFUSED',
    ],
    ['send-error:8', 'something else', 'transient', 'item', 'PULSAR_SEND_FAILED'],
    ['send-error:8', 'TopicTerminatedException: over', 'configuration', 'destination', 'PULSAR_TOPIC_TERMINATED'],
  ])('%s %s', async (result, errorMsg, retry, scope, code) => {
    await open({
      // The answer's errorCode says nothing.
      onFrame: ({ context, ...rest }, client) =>
        payloadOf({ context, ...rest }) === '2'
          ? client.answer({ result, errorMsg, context, errorCode: 0 })
          : client.acknowledge({ context }),
    });

    const [first, second, third] = await Promise.all([send('1'), failure(send('2')), send('3')]);

    expect([first, third]).toEqual(['id-1', 'id-3']);
    expect(second).toMatchObject({ retry, scope, code });
    expect(second.message).toContain(errorMsg);
  });

  it('because its producer is gone there, makes it connect again', async () => {
    await open({
      onFrame: (frame, client) =>
        client.connection === 1
          ? client.answer({ result: 'send-error:8', errorMsg: 'AlreadyClosedException: gone', context: frame.context })
          : client.acknowledge(frame),
    });

    const outcomes = await Promise.all([failure(send('1')), send('2')]);

    expect(outcomes[0]).toMatchObject({ retry: 'transient', scope: 'destination' });
    expect(broker.received[1]).toEqual(['2']);
  });

  it('that does not say which one, is of the right one', async () => {
    await open({
      onFrame: (frame, client) =>
        payloadOf(frame) === 'bad'
          ? client.answer({ result: 'send-error:3', errorMsg: 'unexpected character', errorCode: 0 })
          : client.acknowledge(frame),
    });

    const outcomes = await Promise.allSettled(['1', '2', 'bad', '4', '5'].map(async (text) => send(text)));

    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(failureOf((outcomes[2] as PromiseRejectedResult).reason)).toMatchObject({
      retry: 'permanent',
      code: 'PULSAR_MESSAGE_REFUSED',
    });
  });
});

describe('a message that is too large', () => {
  it('is refused before it is sent, Base64 included', async () => {
    await open();
    const overhead = Buffer.byteLength(JSON.stringify({ context: '1', properties: {}, payload: '' }));
    const most = Math.floor((1024 * 1024 - overhead) / 4) * 3;

    await send('x'.repeat(most));
    const tooLarge = await failure(send('x'.repeat(most + 3)));

    expect(tooLarge).toMatchObject({ retry: 'permanent', scope: 'item', code: 'PULSAR_MESSAGE_TOO_LARGE' });
    expect(tooLarge.message).toContain('1048576');
    expect(broker.payloads.map((payload) => payload.length)).toEqual([most]);
  });

  it('for a broker that takes less fails alone, and the next one of its size at once', async () => {
    await open({
      onFrame: (frame, client) =>
        payloadOf(frame).length > 1_000 ? client.socket.close(1009, 'too large') : client.acknowledge(frame),
    });

    const [small, large, other] = await Promise.all([send('1'), failure(send('x'.repeat(2_000))), send('3')]);
    expect([small, other]).toEqual(['id-1', 'id-3']);
    expect(large).toMatchObject({ retry: 'permanent', code: 'PULSAR_MESSAGE_TOO_LARGE' });

    const connections = broker.clients.length;
    expect(await failure(send('y'.repeat(2_000)))).toMatchObject({ code: 'PULSAR_MESSAGE_TOO_LARGE' });
    expect(broker.clients).toHaveLength(connections);
  });
});

/** As Pulsar's server writes a page. */
const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

describe('a refused upgrade', () => {
  it.each([
    [302, 'configuration', 'PULSAR_REDIRECTED'],
    [400, 'configuration', 'PULSAR_REFUSED'],
    [401, 'configuration', 'PULSAR_NOT_AUTHENTICATED'],
    [403, 'configuration', 'PULSAR_NOT_AUTHORIZED'],
    [404, 'configuration', 'PULSAR_NO_WEB_SOCKET_API'],
    [409, 'transient', 'PULSAR_CONFLICT'],
    [429, 'transient', 'PULSAR_UNAVAILABLE'],
    [500, 'transient', 'PULSAR_UNAVAILABLE'],
    [503, 'transient', 'PULSAR_UNAVAILABLE'],
  ])('with status %d is %s, %s', async (status, retry, code) => {
    const words = '<html><title>Error 1 Failed: {&quot;errorMsg&quot;:&quot;Not there for s3cret&quot;}</title></html>';
    broker = await FakeBroker.start({ refuse: () => ({ status, body: words }) });

    const refused = await failure(transport({}, 's3cret').openProducer(parseTopic('orders')));

    expect(refused).toMatchObject({ retry, scope: 'destination', code });
    expect(refused.message).toContain('persistent://public/default/orders');
    expect(refused.message).toContain(`${status} Not there for ***`);
    expect(refused.message).not.toContain('s3cret');
  });

  it('says when the broker, or a proxy, asked to come back', async () => {
    broker = await FakeBroker.start({ refuse: () => ({ status: 502, headers: { 'retry-after': '7' } }) });

    expect(await failure(transport().openProducer(parseTopic('orders')))).toMatchObject({
      retry: 'transient',
      scope: 'destination',
      code: 'PULSAR_UNAVAILABLE',
      retryAfterMs: 7_000,
    });
  });

  it.each([
    [404, 'Failed to create producer/consumer: Topic not found', 'configuration', 'PULSAR_TOPIC_NOT_FOUND'],
    [404, 'Namespace not found', 'configuration', 'PULSAR_TOPIC_NOT_FOUND'],
    [409, 'IncompatibleSchemaException: Avro', 'configuration', 'PULSAR_SCHEMA_INCOMPATIBLE'],
    [409, "Producer with name 'p' is already connected to topic", 'transient', 'PULSAR_CONFLICT'],
    [409, 'held by <a> & "b"', 'transient', 'PULSAR_CONFLICT'],
    [503, 'ProducerBlockedQuotaExceededException: backlog', 'transient', 'PULSAR_BUSY'],
    [504, 'TimeoutException: lookup', 'transient', 'PULSAR_UNAVAILABLE'],
    [407, 'Proxy Authentication Required', 'configuration', 'PULSAR_REFUSED'],
  ])('%d with "%s" is %s, %s', async (status, words, retry, code) => {
    const escaped = words.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '');
    broker = await FakeBroker.start({ refuse: () => ({ status, body: `<title>Error ${status} ${escaped}</title>` }) });

    const refused = await failure(transport().openProducer(parseTopic('orders')));

    expect(refused).toMatchObject({ retry, scope: 'destination', code });
    expect(refused.message).toContain(words);
  });

  describe('because Pulsar can not decide', () => {
    const undecided = { status: 500, body: '<title>Error 500 Server error</title>' };

    it('about one tenant, and can about others, is about that one', async () => {
      const body = '<title>Error 400 Invalid query params: odd</title>';
      broker = await FakeBroker.start({
        refuse: ({ url }) => (url?.includes('/nobody/') === true ? undecided : { status: 400, body }),
      });

      const refused = await failure(transport().openProducer(parseTopic('nobody/default/orders')));

      expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_TOPIC_NOT_FOUND' });
      expect(refused.message).toMatch(/nobody.*500 Server error/);
    });

    it('about anybody, is for the moment', async () => {
      broker = await FakeBroker.start({ refuse: () => undecided });

      expect(await failure(transport().openProducer(parseTopic('nobody/default/orders')))).toMatchObject({
        retry: 'transient',
        scope: 'destination',
        code: 'PULSAR_UNAVAILABLE',
      });
    });
  });

  it('because the topic is terminated is the configuration, whatever the status', async () => {
    const body = '<title>Error 503 BrokerServiceException$TopicTerminatedException: over</title>';
    broker = await FakeBroker.start({ refuse: () => ({ status: 503, body }) });

    expect(await failure(transport().openProducer(parseTopic('orders')))).toMatchObject({
      retry: 'configuration',
      code: 'PULSAR_TOPIC_TERMINATED',
    });
  });

  it('by a redirect hands the token to nobody', async () => {
    const elsewhere = await FakeBroker.start();
    try {
      const location = `http://127.0.0.1:${elsewhere.port}/`;
      broker = await FakeBroker.start({ refuse: () => ({ status: 307, headers: { location } }) });

      await failure(transport({}, 's3cret').openProducer(parseTopic('orders')));

      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.stop();
    }
  });

  it('for good rejects what waits, and the next message asks again', async () => {
    await open({
      refuse: (_request, connection) => (connection === 2 ? { status: 401 } : undefined),
      onFrame: (frame, client) => (client.connection === 1 ? client.socket.terminate() : client.acknowledge(frame)),
    });

    const refused = await Promise.all(range(1, 3).map(async (text) => failure(send(text))));
    expect(refused.map(({ code }) => code)).toEqual(Array(3).fill('PULSAR_NOT_AUTHENTICATED'));

    expect(await send('4')).toMatch(/^id-/);
    expect(broker.received.at(-1)).toEqual(['4']);
  });
});

describe('a broker that is not there', () => {
  it('is transient, and says so', async () => {
    broker = await FakeBroker.start();
    const unreachable = transport();
    await broker.stop();

    const refused = await failure(unreachable.openProducer(parseTopic('orders')));

    expect(refused).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_UNREACHABLE' });
    expect(refused.message).toContain('ECONNREFUSED');
    broker = await FakeBroker.start();
  });

  it('at a port without TLS is the configuration', async () => {
    broker = await FakeBroker.start();
    const secure = new WebSocketTransport({
      host: broker.host.replace('ws:', 'wss:'),
      access: webSocketAccess(accessOf(broker.host), openHttp),
      logger: noopLogger,
    });

    expect(await failure(secure.openProducer(parseTopic('orders')))).toMatchObject({
      retry: 'configuration',
      code: 'PULSAR_TLS_REFUSED',
    });
  });
});

describe('a caller whose time is over', () => {
  it('is told so, and nobody else; its message is not sent again', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) });
    const controller = new AbortController();
    const given = failure(send('given up', controller.signal));
    const kept = send('kept');
    await until(() => frames.length === 2);

    controller.abort();
    expect(await given).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_DEADLINE' });
    broker.behaviour = {};
    broker.clients[0]?.socket.terminate();

    expect(await kept).toMatch(/^id-/);
    expect(broker.received[1]).toEqual(['kept']);
  });

  it('before its message was sent, leaves nothing behind', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) }, { window: { maxMessages: 1, maxBytes: 1_000_000 } });
    const first = send('first');
    const controller = new AbortController();
    const waiting = range(1, 20).map(async (text) => failure(send(text, controller.signal)));
    const last = send('last');
    await until(() => frames.length === 1);

    controller.abort();
    await Promise.all(waiting);
    broker.behaviour = {};
    for (const frame of frames) broker.clients[0]?.acknowledge(frame);
    await Promise.all([first, last]);

    expect(broker.payloads).toEqual(['first', 'last']);
  });

  it('before it called, sends nothing', async () => {
    await open();

    expect(await failure(send('1', AbortSignal.abort()))).toMatchObject({ code: 'PULSAR_DEADLINE' });
    await send('2');
    expect(broker.payloads).toEqual(['2']);
  });

  it('hears why, where the broker is down', async () => {
    await open({ refuse: (_request, connection) => (connection > 1 ? { status: 503 } : undefined) });
    broker.clients[0]?.socket.terminate();
    await until(() => broker.requests.length >= 3);

    const { message } = await failure(send('1', AbortSignal.timeout(5)));

    expect(message).toContain('503');
  });
});

describe('close', () => {
  it('rejects what waits and what comes later, and is safe twice', async () => {
    await open({ onFrame: () => undefined });
    const pending = failure(send('1'));
    await until(() => broker.payloads.length === 1);

    await producer?.close();
    await producer?.close();

    expect(await pending).toMatchObject({ retry: 'transient', code: 'PULSAR_CLOSED' });
    expect(await failure(send('2'))).toMatchObject({ code: 'PULSAR_CLOSED' });
    await until(() => broker.clients[0]?.socket.readyState === 3);
  });

  it('does not wait for a broker that owes answers', async () => {
    await open({ onFrame: (_frame, client) => void client.socket.pause() });
    const pending = failure(send('1', AbortSignal.timeout(5)));
    expect(await pending).toMatchObject({ code: 'PULSAR_DEADLINE' });
    await until(() => broker.payloads.length === 1);

    const begun = performance.now();
    await producer?.close();

    // Half of what it waits for a good-bye.
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('ends the tries to connect again', async () => {
    await open({ refuse: (_request, connection) => (connection > 1 ? { status: 503 } : undefined) });
    broker.clients[0]?.socket.terminate();
    await until(() => broker.requests.length >= 2);

    await producer?.close();

    const tries = broker.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(broker.requests.length).toBeLessThanOrEqual(tries + 1);
  });
});
