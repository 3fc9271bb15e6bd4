import { randomBytes } from 'node:crypto';
import { failureOf, type BatchItem, type Data, type ItemResult } from '@dest/core';
import type { PulsarDestination } from '@dest/pulsar';
import {
  startOwnBroker,
  useBroker,
  type OwnPulsarBroker,
  type PulsarBroker,
} from '../../../../test/support/pulsar-broker';
import { readTopic, type ReceivedMessage } from '../../../../test/support/pulsar-consumer';
import { batchContext, batchItem, dispatchContext, lifecycle } from './support/contexts';
import { createDestination, type DestinationFixture } from './support/create-destination';

const LAST = 'that was the last one';

let plain: PulsarBroker;
let secured: OwnPulsarBroker;
const destinations: PulsarDestination[] = [];

beforeAll(async () => {
  plain = await useBroker('plain');
  secured = await startOwnBroker('secured', 'token');
});

afterEach(async () => {
  for (const destination of destinations.splice(0)) await destination.close();
});

afterAll(async () => {
  await plain.stop();
  await secured.stop();
});

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

/** A name that no other run has. */
function newTopic(purpose: string): string {
  return `${purpose}-${randomBytes(4).toString('hex')}`;
}

async function send(destination: PulsarDestination, data: readonly Data[]): Promise<readonly ItemResult[]> {
  return destination.dispatchBatch(
    data.map((value, index) => batchItem(value, `e${index}:orders`, `p${index}`)),
    batchContext(AbortSignal.timeout(60_000)),
  );
}

/** Everything that lies on a topic up to the message that says that it is the last. */
async function readAll(broker: PulsarBroker, topic: string, token = broker.adminToken): Promise<ReceivedMessage[]> {
  const messages = await readTopic({
    webSocketUrl: broker.webSocketUrl,
    topic: `persistent://public/default/${topic}`,
    token,
    until: (received) => received.at(-1)?.payload.toString() === JSON.stringify(LAST),
  });
  return messages.slice(0, -1);
}

const texts = (messages: readonly ReceivedMessage[]): string[] => messages.map(({ payload }) => payload.toString());

async function failure(promise: Promise<unknown>): Promise<ReturnType<typeof failureOf>> {
  return promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => failureOf(error),
  );
}

/** The native client is tried wherever it is installed. */
function transports(): string[] {
  try {
    require.resolve('pulsar-client');
    return ['WebSocket', 'native'];
  } catch {
    return ['WebSocket'];
  }
}

describe.each(transports())('over the %s transport', (transport) => {
  const hostOf = (broker: PulsarBroker): string => (transport === 'native' ? broker.url : broker.webSocketUrl);

  it('what is sent comes out byte for byte', async () => {
    const topic = newTopic('bytes');
    const destination = await open({ production: { host: hostOf(plain), ...tokenOf(plain) }, topic });
    const data: Data[] = [
      { name: 'Zoë 🦩 "quoted" \u2028 \\ / \u0000', nested: { list: [1, 2.5, -0.1, 1e21, null, true, []] } },
      {},
      [],
      '',
      null,
      0,
      { big: 'ä'.repeat(300_000) },
    ];

    const results = await send(destination, [...data, LAST]);

    expect(results).toEqual(Array(data.length + 1).fill({ ok: true }));
    const received = await readAll(plain, topic);
    expect(received.map(({ payload }) => payload)).toEqual(
      data.map((value) => Buffer.from(JSON.stringify(value), 'utf8')),
    );
    expect(received.map(({ key, properties }) => [key, properties['idempotencyKey']])).toEqual(
      data.map((_, index) => [`p${index}`, `e${index}:orders`]),
    );
  });

  it('single events and profiles arrive too', async () => {
    const topic = newTopic('single');
    const destination = await open({
      production: { host: hostOf(plain), ...tokenOf(plain) },
      topic: `persistent://public/default/${topic}`,
    });

    await destination.dispatchEvent(
      { n: 1 },
      { id: 'p1' },
      undefined,
      { type: 'order-created' },
      dispatchContext('e1:o'),
    );
    await destination.dispatchProfile({ n: 2 }, { id: 'p2' }, undefined, dispatchContext('e2:o'));
    await send(destination, [LAST]);

    const received = await readAll(plain, topic);
    expect(texts(received)).toEqual(['{"n":1}', '{"n":2}']);
    expect(received.map(({ key, properties }) => [key, properties])).toEqual([
      ['p1', { idempotencyKey: 'e1:o' }],
      ['p2', { idempotencyKey: 'e2:o' }],
    ]);
  });

  it('20,000 messages come out once each, in order', async () => {
    const topic = newTopic('many');
    const destination = await open({ production: { host: hostOf(plain), ...tokenOf(plain) }, topic });
    const data = Array.from({ length: 20_000 }, (_, index) => ({ n: index, text: 'x'.repeat(index % 500) }));

    for (let from = 0; from < data.length; from += 2_000) await send(destination, data.slice(from, from + 2_000));
    await send(destination, [LAST]);

    expect(texts(await readAll(plain, topic))).toEqual(data.map((value) => JSON.stringify(value)));
  });

  it('a token opens the way', async () => {
    const topic = newTopic('token');
    const token = secured.token('application');
    const destination = await open({ production: { host: hostOf(secured), token }, topic });

    await send(destination, [{ n: 1 }, LAST]);

    expect(texts(await readAll(secured, topic, token))).toEqual(['{"n":1}']);
    expect(await destination.check(lifecycle())).toMatchObject({ ok: true });
  });

  it('an unknown namespace is the configuration, and says so', async () => {
    const refused = await failure(
      open({ production: { host: hostOf(plain), ...tokenOf(plain) }, topic: 'persistent://public/nowhere/orders' }),
    );

    expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_TOPIC_NOT_FOUND' });
    expect(refused.message).toContain('persistent://public/nowhere/orders');
  });

  it('debug goes by the test credentials and nowhere else', async () => {
    const topic = newTopic('debug');
    const fixture = {
      production: { host: hostOf(plain), ...tokenOf(plain) },
      test: { host: hostOf(secured), token: secured.token('application') },
      topic,
    };

    await send(await open(fixture), ['production', LAST]);
    await send(await open({ ...fixture, debug: true }), ['debug', LAST]);

    expect(texts(await readAll(plain, topic))).toEqual(['"production"']);
    expect(texts(await readAll(secured, topic))).toEqual(['"debug"']);
  });

  it.each<[string, (broker: OwnPulsarBroker) => Promise<void>]>([
    ['killed and started again', killAndRestart],
    ['frozen for half a minute', freezeAndThaw],
  ])(
    'a broker that is %s in the middle of 10,000 messages has them all',
    async (_what, disturb) => {
      const broker = await startOwnBroker('disturbed');
      try {
        const topic = newTopic('disturbed');
        const destination = await open({ production: { host: hostOf(broker) }, topic });
        const data = Array.from({ length: 10_000 }, (_, index) => index);
        let confirmed = 0;

        const sending = (async () => {
          for (let from = 0; from < data.length; from += 500) {
            await untilConfirmed(destination, data.slice(from, from + 500));
            confirmed += 500;
          }
        })();
        while (confirmed < 3_000) await new Promise((resolve) => setTimeout(resolve, 1));
        const before = confirmed;
        await disturb(broker);
        await sending;
        await send(destination, [LAST]);

        const received = texts(await readAll(broker, topic)).map(Number);
        expect(before).toBeLessThan(10_000);
        expect([...new Set(received)].toSorted((a, b) => a - b)).toEqual(data);
      } finally {
        await broker.stop();
      }
    },
    400_000,
  );
});

describe('the WebSocket transport says what is wrong', () => {
  it.each([
    ['no token', (): Partial<{ token: string }> => ({}), 'PULSAR_NOT_AUTHENTICATED', ['reachable', 'authenticated']],
    ['a wrong token', () => ({ token: forged() }), 'PULSAR_NOT_AUTHENTICATED', ['reachable', 'authenticated']],
    [
      'a role without permission',
      () => ({ token: secured.token('stranger') }),
      'PULSAR_NOT_AUTHORIZED',
      ['reachable', 'authenticated', 'allowed'],
    ],
  ])('%s', async (_what, credentials, code, steps) => {
    const given = credentials();
    const destination = create({ production: { host: secured.webSocketUrl, ...given } });

    const refused = await failure(destination.open(lifecycle()));
    const checked = await destination.check(lifecycle());

    expect(refused).toMatchObject({ retry: 'configuration', scope: 'destination', code });
    expect(checked.ok).toBe(false);
    expect(checked.steps?.map(({ name }) => name)).toEqual(steps);
    if (given.token !== undefined) expect(JSON.stringify([refused, checked])).not.toContain(given.token);
  });

  it('an address where nobody is', async () => {
    const refused = await failure(open({ production: { host: 'ws://127.0.0.1:9' } }));

    expect(refused).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_UNREACHABLE' });
  });

  it('a topic that is terminated', async () => {
    const topic = newTopic('terminated');
    const destination = await open({ production: { host: plain.webSocketUrl, ...tokenOf(plain) }, topic });
    const response = await fetch(`${plain.httpUrl}/admin/v2/persistent/public/default/${topic}/terminate`, {
      method: 'POST',
      headers: plain.adminToken === undefined ? {} : { authorization: `Bearer ${plain.adminToken}` },
    });
    expect(response.ok).toBe(true);

    const [result] = await send(destination, [{ n: 1 }]);

    expect(result?.ok === false ? failureOf(result.error) : undefined).toMatchObject({
      retry: 'configuration',
      code: 'PULSAR_TOPIC_TERMINATED',
    });
  });
});

it("the largest message that fits Pulsar's frame arrives, and one that doesn't disturbs nobody", async () => {
  const topic = newTopic('large');
  const destination = await open({ production: { host: plain.webSocketUrl, ...tokenOf(plain) }, topic });
  const largest = 'x'.repeat(largestPayload() - 2);

  const results = await send(destination, [1, largest, `${largest}xxx`, 4, LAST]);

  expect(results.map(({ ok }) => ok)).toEqual([true, true, false, true, true]);
  expect(texts(await readAll(plain, topic)).map((text) => text.length)).toEqual([1, largest.length + 2, 1]);
});

/** Bytes of the largest payload that a frame of 1 MiB holds beside the properties and the key that `send` adds. */
function largestPayload(): number {
  const frame = { context: '1', properties: { idempotencyKey: 'e1:orders' }, key: 'p1', payload: '' };
  return Math.floor((1024 * 1024 - JSON.stringify(frame).length) / 4) * 3;
}

function tokenOf({ adminToken }: PulsarBroker): { token?: string } {
  return adminToken === undefined ? {} : { token: adminToken };
}

async function killAndRestart(broker: OwnPulsarBroker): Promise<void> {
  await broker.kill();
  await broker.restart();
}

/** Longer than a connection may be silent. */
async function freezeAndThaw(broker: OwnPulsarBroker): Promise<void> {
  await broker.freeze();
  try {
    await new Promise((resolve) => setTimeout(resolve, 30_000));
  } finally {
    await broker.thaw();
  }
}

/** A token of the right form, signed with another secret. */
function forged(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ sub: 'admin' })}.${randomBytes(32).toString('base64url')}`;
}

/** Sends again what failed for the moment, as a host does; anything that failed for good fails the test. */
async function untilConfirmed(destination: PulsarDestination, data: readonly number[]): Promise<void> {
  let items: readonly BatchItem[] = data.map((value) => batchItem(value, `e${value}:orders`));
  while (items.length > 0) {
    const results = await destination.dispatchBatch(items, batchContext(AbortSignal.timeout(60_000)));
    const failed = items.filter((_, index) => results[index]?.ok !== true);
    const failures = results.flatMap((result) => (result.ok ? [] : [failureOf(result.error)]));
    expect(failures.filter(({ retry }) => retry !== 'transient')).toEqual([]);
    items = failed;
  }
}
