import { failureOf, noopLogger } from '@dest/core';
import { SendFailure, type SendOutcome } from '../../src/sending/send-outcome';
import { parseTopic } from '../../src/topic';
import type { PulsarMessage, PulsarProducer } from '../../src/transport/pulsar-transport';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { DEFAULT_SETTINGS, type WebSocketSettings } from '../../src/web-socket/web-socket-settings';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { accessOf } from '../support/access-of';
import { NEVER } from '../support/contexts';
import { FakeBroker, payloadOf, type Behaviour, type Frame } from '../support/fake-broker';
import { openHttp } from '../support/open-http';
import { until } from '../support/until';

let broker: FakeBroker;
let producer: PulsarProducer;

afterEach(async () => {
  await producer.close();
  await broker.stop();
});

async function open(behaviour: Behaviour, { window = 1_000, ...settings }: Settings = {}): Promise<void> {
  broker = await FakeBroker.start(behaviour);
  const transport = new WebSocketTransport({
    host: broker.host,
    access: webSocketAccess(accessOf(broker.host), openHttp),
    logger: noopLogger,
    settings: {
      ...DEFAULT_SETTINGS,
      reconnect: { initialMs: 1, maxMs: 10 },
      window: { maxMessages: window, maxBytes: 1_000_000 },
      ...settings,
    },
  });
  producer = await transport.openProducer(parseTopic('orders'));
}

interface Settings extends Partial<Omit<WebSocketSettings, 'window'>> {
  /** How many messages may be on the wire. */
  readonly window?: number;
}

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

async function sendAll(payloads: readonly string[], signal = NEVER): Promise<readonly SendOutcome[]> {
  return producer.sendAll(
    payloads.map((payload) => ({ payload, properties: {} })),
    signal,
  );
}

/** Pulsar's ids as they are, failures as their codes. */
function told(outcomes: readonly SendOutcome[]): string[] {
  return outcomes.map((outcome) => (outcome instanceof SendFailure ? failureOf(outcome.error).code : outcome));
}

const stored = (from: number, to: number): string[] => range(from, to).map((id) => `id-${id}`);

describe('a batch', () => {
  it('that is larger than the window goes in order, and has an outcome for each message', async () => {
    await open({}, { window: 7 });

    expect(told(await sendAll(range(1, 500)))).toEqual(stored(1, 500));
    expect(broker.payloads).toEqual(range(1, 500));
  });

  it('goes after the ones before it, and has the outcomes of its own messages', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) }, { window: 6 });
    const batches = Promise.all([sendAll(range(1, 4)), sendAll([]), sendAll(['5']), sendAll(range(6, 9))]);

    await until(() => frames.length === 6);
    broker.behaviour = {};
    for (const frame of frames.toReversed()) broker.clients[0]?.acknowledge(frame);

    expect((await batches).map(told)).toEqual([stored(1, 4), [], stored(5, 5), stored(6, 9)]);
    expect(broker.payloads).toEqual(range(1, 9));
  });

  it('of which one can not be sent has the others sent', async () => {
    // With room for one only: what can't be sent must not take it.
    await open({}, { maxFrameBytes: 1_000, window: 1 });
    const message = (payload: string, eventTimeMs = 1): PulsarMessage => ({ payload, properties: {}, eventTimeMs });
    // There is no time that is no number; whoever hands one over hears of it, and nobody else.
    const messages = [message('1'), message('x'.repeat(1_000)), message('3', NaN), message('4')];

    const [first, tooLarge, unfit, last] = await producer.sendAll(messages, NEVER);

    expect([first, last]).toEqual(['id-1', 'id-4']);
    expect(told([tooLarge as SendOutcome])).toEqual(['PULSAR_MESSAGE_TOO_LARGE']);
    expect(unfit).toBeInstanceOf(SendFailure);
    expect(broker.payloads).toEqual(['1', '4']);
  });

  it('without a message that can be sent ends at once', async () => {
    await open({}, { maxFrameBytes: 1_000 });
    const large = 'x'.repeat(1_000);

    expect(told(await sendAll([large, large]))).toEqual(Array(2).fill('PULSAR_MESSAGE_TOO_LARGE'));
    expect(told(await sendAll(['3']))).toEqual(['id-3']);
  });

  it('has keys and properties come out as they went in', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame, client) => void (frames.push(frame), client.acknowledge(frame)) });
    const odd = ['', '"\\/', '\u0000\b\t\n\u001f\u007f', 'Zoë', '日本語 🦩', '\ud83e', '\u2028\u2029', '__proto__'];
    const messages = odd.map((text) => ({ payload: text, key: text, properties: { a: 'plain', [`${text}!`]: text } }));

    await producer.sendAll(messages, NEVER);

    expect(frames.map(({ key }) => key)).toEqual(odd);
    expect(frames.map(({ properties }) => properties)).toEqual(messages.map(({ properties }) => properties));
    // UTF-8 has no lone surrogates.
    expect(frames.map(payloadOf)).toEqual(odd.map((text) => Buffer.from(text).toString()));
  });

  it('shares its connection with what keeps that alive', async () => {
    let [pings, pongs] = [0, 0];
    await open(
      {
        onFrame: (frame, client) => {
          if (frame.context === '1') client.socket.on('pong', () => (pongs += 1));
          if (Number(frame.context) % 10 === 0) client.socket.ping(`${(pings += 1)}`);
          client.acknowledge(frame);
        },
      },
      { window: 50 },
    );

    const payloads = range(1, 2_000).map((text) => text.padEnd(Number(text) % 900, '-'));
    expect(told(await sendAll(payloads))).toEqual(stored(1, 2_000));
    await until(() => pongs === 200);
    expect(broker.payloads).toEqual(payloads);
    expect(broker.clients).toHaveLength(1);
  });
});

describe('a caller whose time is over in the middle of a batch', () => {
  it('keeps what was confirmed; what waits is not sent, and what is on the wire not again', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) }, { window: 4 });
    const controller = new AbortController();
    const givenUp = sendAll(range(1, 6), controller.signal);
    const kept = sendAll(['7', '8']);
    await until(() => frames.length === 4);
    broker.clients[0]?.acknowledge({ context: '2' });
    // Its place is taken.
    await until(() => frames.length === 5);

    controller.abort();
    expect(told(await givenUp)).toEqual(['PULSAR_DEADLINE', 'id-2', ...Array<string>(4).fill('PULSAR_DEADLINE')]);
    broker.behaviour = {};
    broker.clients[0]?.socket.terminate();

    expect(told(await kept)).toEqual(stored(7, 8));
    expect(broker.received).toEqual([range(1, 5), ['7', '8']]);
  });

  it('while the broker is away leaves nothing behind', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) }, { window: 2 });
    const controller = new AbortController();
    const before = sendAll(['1']);
    const givenUp = sendAll(['2', '3', '4'], controller.signal);
    const after = sendAll(['5']);
    await until(() => frames.length === 2);
    broker.behaviour = { refuse: () => ({ status: 503 }) };
    broker.clients[0]?.socket.terminate();
    await until(() => broker.requests.length >= 3);

    controller.abort();
    expect(told(await givenUp)).toEqual(Array(3).fill('PULSAR_DEADLINE'));
    broker.behaviour = {};

    expect((await Promise.all([before, after])).map(told)).toEqual([stored(1, 1), stored(5, 5)]);
    expect(broker.received).toEqual([
      ['1', '2'],
      ['1', '5'],
    ]);
  });

  it('hears nothing of answers that come late, and its places are free after them', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) }, { window: 2 });
    const controller = new AbortController();
    const givenUp = sendAll(['1', '2', '3'], controller.signal);
    await until(() => frames.length === 2);
    controller.abort();
    const kept = sendAll(['4', '5']);
    broker.behaviour = {};

    for (const frame of frames) broker.clients[0]?.acknowledge(frame);

    expect(told(await kept)).toEqual(stored(4, 5));
    expect(told(await givenUp)).toEqual(Array(3).fill('PULSAR_DEADLINE'));
    expect(broker.payloads).toEqual(['1', '2', '4', '5']);
  });
});

describe('a connection that ends in the middle of a batch', () => {
  it('has what was on the wire go again first, in order, and then what waited', async () => {
    let seen = 0;
    await open(
      {
        onFrame: (frame, client) => {
          seen += 1;
          if (client.connection > 1) client.acknowledge(frame);
          else if (seen <= 3) client.acknowledge(frame);
          // All of the window has come by then.
          else if (seen === 8) client.socket.close(1001);
        },
      },
      { window: 5 },
    );

    expect(told(await sendAll(range(1, 20)))).toEqual(stored(1, 20));
    expect(broker.received).toEqual([range(1, 8), range(4, 20)]);
  });

  it('again and again has each message stored, in order', async () => {
    let seen = 0;
    await open(
      {
        onFrame: (frame, client) => {
          seen += 1;
          if (seen % 23 === 0 && client.connection < 8) client.socket.terminate();
          else client.acknowledge(frame);
        },
      },
      { window: 10 },
    );

    const outcomes = await Promise.all([sendAll(range(1, 150)), sendAll(range(151, 200))]);

    expect(told(outcomes.flat())).toEqual(stored(1, 200));
    const first = [...new Set(broker.payloads)];
    expect(first).toEqual(range(1, 200));
    expect(broker.clients).toHaveLength(8);
  });

  it('for good fails all of it, and the next one asks again', async () => {
    const frames: Frame[] = [];
    await open({ onFrame: (frame) => frames.push(frame) }, { window: 2 });
    const sending = Promise.all([sendAll(range(1, 3)), sendAll(range(4, 6))]);
    await until(() => frames.length === 2);
    broker.behaviour = { refuse: () => ({ status: 403 }) };
    broker.clients[0]?.acknowledge({ context: '1' });
    broker.clients[0]?.socket.close(1001);

    const refused = Array<string>(5).fill('PULSAR_NOT_AUTHORIZED');
    expect(told((await sending).flat())).toEqual(['id-1', ...refused]);
    broker.behaviour = {};
    expect(told(await sendAll(['7']))).toEqual(['id-7']);
  });
});

describe('an answer', () => {
  it.each([
    ['with blanks and in another order', '{ "context": "#", "messageId": "CAA=", "result": "ok" }'],
    ['with more than is known', '{"result":"ok","messageId":"CAA=","context":"#","new":{"a":[null]}}'],
  ])('%s counts', async (_how, text) => {
    await open({ onFrame: ({ context }, client) => client.socket.send(text.replace('#', context)) });

    expect(told(await sendAll(['1', '2']))).toEqual(['CAA=', 'CAA=']);
    expect(broker.clients).toHaveLength(1);
  });

  it.each([
    ['is cut off', Buffer.from('{"result":"ok","messageId":"CAA=","context":"1"')],
    ['goes on after its end', Buffer.from('{"result":"ok","messageId":"CAA=","context":"1"}x')],
    ['is not UTF-8', Buffer.from('{"result":"ok","messageId":"CAA=","context":"1","note":"\xff"}', 'latin1')],
  ])('that %s is none: the message goes again', async (_how, bytes) => {
    await open({
      onFrame: (frame, client) =>
        client.connection === 1 ? client.socket.send(bytes, { binary: false }) : client.acknowledge(frame),
    });

    expect(told(await sendAll(['1']))).toEqual(['id-1']);
    expect(broker.received).toEqual([['1'], ['1']]);
  });

  it('to what nobody sent changes nothing', async () => {
    await open({
      onFrame: (frame, client) => {
        client.answer({ result: 'ok', messageId: 'other', context: '99' });
        client.answer({ result: 'send-error:8', errorMsg: 'odd', context: 'not ours' });
        client.acknowledge(frame);
        client.acknowledge(frame);
      },
    });

    expect(told(await sendAll(range(1, 3)))).toEqual(stored(1, 3));
    expect(broker.clients).toHaveLength(1);
  });

  it('that fails some of a batch fails no other', async () => {
    await open({
      onFrame: (frame, client) =>
        Number(frame.context) % 2 === 0
          ? client.answer({ result: 'send-error:8', errorMsg: 'Größe "x" 🦩', context: frame.context })
          : client.acknowledge(frame),
    });

    const outcomes = await sendAll(range(1, 4));

    expect(told(outcomes)).toEqual(['id-1', 'PULSAR_SEND_FAILED', 'id-3', 'PULSAR_SEND_FAILED']);
    expect(failureOf((outcomes[1] as SendFailure).error).message).toContain('Größe "x" 🦩');
  });
});
