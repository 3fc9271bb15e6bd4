import { failureOf, noopLogger } from '@dest/core';
import { parseTopic } from '../../src/topic';
import { DEFAULT_PRODUCER_SETTINGS } from '../../src/transport/producer-settings';
import type { PulsarProducer } from '../../src/transport/pulsar-transport';
import { DEFAULT_SETTINGS } from '../../src/web-socket/web-socket-settings';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { NEVER } from '../support/contexts';
import { FakeBroker, payloadOf, type Client, type Frame } from '../support/fake-broker';
import { until } from '../support/until';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { accessOf } from '../support/access-of';
import { openHttp } from '../support/open-http';

/** A topic that drops repeats as Pulsar does: by a number that counts up from where each connection says. */
class NumberedTopic {
  readonly stored: string[] = [];
  #highest = -1;
  readonly #last = new Map<number, number>();

  constructor(readonly broker: FakeBroker) {}

  store(frame: Frame, { connection }: Client): void {
    const url = new URL(this.broker.requests[connection - 1]?.url ?? '', 'http://broker');
    const number = (this.#last.get(connection) ?? Number(url.searchParams.get('initialSequenceId') ?? NaN)) + 1;
    this.#last.set(connection, number);
    if (number <= this.#highest) return;
    this.#highest = number;
    this.stored.push(payloadOf(frame));
  }
}

let broker: FakeBroker;
let topic: NumberedTopic;
let producer: PulsarProducer;

beforeEach(async () => {
  broker = await FakeBroker.start();
  topic = new NumberedTopic(broker);
  const transport = new WebSocketTransport({
    host: broker.host,
    access: webSocketAccess(accessOf(broker.host), openHttp),
    logger: noopLogger,
    settings: { ...DEFAULT_SETTINGS, reconnect: { initialMs: 1, maxMs: 5 } },
  });
  producer = await transport.openProducer(parseTopic('orders'), { ...DEFAULT_PRODUCER_SETTINGS, deduplication: true });
});

afterEach(async () => {
  await producer.close();
  await broker.stop();
});

const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, n) => String(from + n));

async function sendAll(texts: readonly string[], signal: AbortSignal = NEVER): Promise<unknown[]> {
  return Promise.all(
    texts.map(async (payload) => producer.send({ payload, properties: {} }, signal).catch((error: unknown) => error)),
  );
}

it('what was stored and not acknowledged is stored once', async () => {
  let seen = 0;
  broker.behaviour = {
    onFrame: (frame, client) => {
      topic.store(frame, client);
      seen += 1;
      if (client.connection > 3 || seen % 50 < 20) client.acknowledge(frame);
      else if (seen % 50 === 45) client.socket.terminate();
    },
  };

  await sendAll(range(1, 300));

  expect(broker.clients.length).toBeGreaterThan(3);
  expect(topic.stored).toEqual(range(1, 300));
});

it('one that nobody waits for any more is sent again, so that no other has its number', async () => {
  const controller = new AbortController();
  broker.behaviour = { onFrame: (frame, client) => topic.store(frame, client) };
  const givenUp = sendAll(['1', '2'], controller.signal);
  const kept = sendAll(['3', '4']);
  await until(() => topic.stored.length === 4);

  controller.abort();
  broker.behaviour = { onFrame: (frame, client) => void (topic.store(frame, client), client.acknowledge(frame)) };
  broker.clients[0]?.socket.terminate();
  await kept;
  await sendAll(['5']);

  expect((await givenUp).map((error) => failureOf(error).code)).toEqual(['PULSAR_DEADLINE', 'PULSAR_DEADLINE']);
  expect(topic.stored).toEqual(range(1, 5));
});

it('of a batch that is given up, what was on the wire is sent again, and what never was is not', async () => {
  const controller = new AbortController();
  broker.behaviour = { onFrame: (frame, client) => topic.store(frame, client) };
  // More than the window has room for.
  const payloads = range(1, DEFAULT_SETTINGS.window.maxMessages + 200);
  const messages = payloads.map((payload) => ({ payload, properties: {} }));
  const givenUp = producer.sendAll(messages, controller.signal);
  await until(() => topic.stored.length === DEFAULT_SETTINGS.window.maxMessages);

  controller.abort();
  await givenUp;
  broker.behaviour = { onFrame: (frame, client) => void (topic.store(frame, client), client.acknowledge(frame)) };
  broker.clients[0]?.socket.terminate();
  await sendAll(['next']);

  const onTheWire = range(1, DEFAULT_SETTINGS.window.maxMessages);
  expect(broker.received[1]).toEqual([...onTheWire, 'next']);
  expect(topic.stored).toEqual([...onTheWire, 'next']);
});

it('after a refusal no message is taken for a repeat: one may be stored twice', async () => {
  broker.behaviour = {
    onFrame: (frame, client) => {
      if (payloadOf(frame) === '2' && client.connection === 1) {
        client.answer({ result: 'send-error:7', errorMsg: 'bad', context: frame.context });
        return;
      }
      topic.store(frame, client);
      if (client.connection > 1) client.acknowledge(frame);
      else if (payloadOf(frame) === '5') client.socket.terminate();
    },
  };

  await sendAll(range(1, 9));

  expect(new Set(topic.stored)).toEqual(new Set(['1', ...range(3, 9)]));
});
