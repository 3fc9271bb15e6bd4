import { noopLogger } from '@dest/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnBroker, type OwnPulsarBroker } from '../../../../../test/support/pulsar-broker';
import { readTopic } from '../../../../../test/support/pulsar-consumer';
import { parseTopic } from '../../src/topic';
import type { PulsarMessage, PulsarProducer } from '../../src/transport/pulsar-transport';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { startedIntake } from '../support/started-intake';
import { until } from '../support/until';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { accessOf } from '../support/access-of';
import { openHttp } from '../support/open-http';

const ROOT = join(__dirname, '../../../../..');
const KEYS = 20;

const count = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

let broker: OwnPulsarBroker;
let folder: string;
let topic: string;
const hosts: ChildProcess[] = [];
const producers: PulsarProducer[] = [];

beforeAll(async () => {
  broker = await startOwnBroker('intake');
});

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-intake-')));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules/@dest'), join(folder, 'node_modules/@dest'));
  topic = `events-${randomBytes(4).toString('hex')}`;
  const cluster = { id: 'cluster', credentials: { production: { host: broker.webSocketUrl } } };
  const init = { topic, subscription: 'dest', initialPosition: 'earliest' };
  const configuration = {
    version: 1,
    plugins: ['@dest/pulsar', '@dest/file'],
    resources: [cluster],
    intakes: [{ id: 'events', type: 'plugin', package: '@dest/pulsar#intake', resource: { id: 'cluster' }, init }],
    destinations: [
      {
        id: 'out',
        package: '@dest/file',
        init: { path: 'out.ndjson' },
        mapping: 'event@n',
        delivery: { ordering: 'key' },
      },
    ],
  };
  writeFileSync(join(folder, 'dest.yaml'), JSON.stringify(configuration));
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => ended(host)));
  await Promise.all(producers.splice(0).map((producer) => producer.close()));
  rmSync(folder, { recursive: true, force: true });
});

afterAll(() => broker?.stop());

/** A host in a process of its own. */
function startHost(): ChildProcess {
  const cli = join(ROOT, 'packages/cli/bin/dest.js');
  const host = spawn(process.execPath, [cli, 'run', '-c', join(folder, 'dest.yaml'), '--no-stdin'], {
    stdio: 'ignore',
  });
  hosts.push(host);
  return host;
}

async function ended(host: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
  if (host.exitCode !== null || host.signalCode !== null) return host.exitCode;
  const exit = new Promise<number | null>((resolve) => host.once('exit', resolve));
  host.kill(signal);
  return exit;
}

async function openProducer(): Promise<PulsarProducer> {
  const transport = new WebSocketTransport({
    host: broker.webSocketUrl,
    access: webSocketAccess(accessOf(broker.webSocketUrl), openHttp),
    logger: noopLogger,
  });
  const producer = await transport.openProducer(parseTopic(topic));
  producers.push(producer);
  return producer;
}

const messageOf = (n: number): PulsarMessage => ({
  payload: Buffer.from(JSON.stringify({ event: { type: 'a', n }, profile: { id: `p${n % KEYS}` } })),
  key: `p${n % KEYS}`,
  properties: {},
});

/** What was delivered so far, in order. */
function delivered(): number[] {
  const file = join(folder, 'out.ndjson');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as number);
}

async function untilDelivered(count: number): Promise<void> {
  while (new Set(delivered()).size < count) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Of each key, what came first came in order. */
function expectOrder(numbers: readonly number[]): void {
  for (let key = 0; key < KEYS; key++) {
    const firsts = [...new Set(numbers.filter((n) => n % KEYS === key))];
    expect(firsts).toEqual(firsts.toSorted((left, right) => left - right));
  }
}

interface Stats {
  readonly subscriptions: Readonly<Record<string, { readonly msgBacklog: number; readonly type: string }>>;
}

async function stats(): Promise<Stats> {
  const answer = await fetch(`${broker.httpUrl}/admin/v2/persistent/public/default/${topic}/stats`);
  return (await answer.json()) as Stats;
}

async function backlog(): Promise<number> {
  return (await stats()).subscriptions['dest']?.msgBacklog ?? -1;
}

test('none is missing where the host is killed in the middle, and each key is in order', async () => {
  const total = 4_000;
  const producer = await openProducer();
  const signal = AbortSignal.timeout(60_000);
  await Promise.all(Array.from({ length: total }, (_, n) => producer.send(messageOf(n), signal)));
  // At three in a row the host would put aside what was under way at each: it may be what it crashes of.
  for (let kill = 1; kill <= 2; kill++) {
    const host = startHost();
    await untilDelivered(kill * 700);
    await ended(host);
  }
  const last = startHost();
  await untilDelivered(total);
  const numbers = delivered();
  expect(new Set(numbers)).toEqual(new Set(Array.from({ length: total }, (_, n) => n)));
  expectOrder(numbers);
  // It ends orderly, and what is left at Pulsar is nothing.
  expect(await ended(last, 'SIGTERM')).toBe(143);
  let left = await backlog();
  await until(() => {
    void backlog().then((count) => (left = count));
    return left === 0;
  });
});

test('poison goes to the topic of dead letters with its cause, and what is right goes on', async () => {
  const producer = await openProducer();
  const signal = AbortSignal.timeout(60_000);
  const poison = ['{"event":', '{ "event": {} }'];
  const properties = { own: 'x' };
  for (const payload of poison) await producer.send({ payload: Buffer.from(payload), key: 'p1', properties }, signal);
  await producer.send(messageOf(1), signal);
  const host = startHost();
  await untilDelivered(1);
  const letters = await readTopic({
    webSocketUrl: broker.webSocketUrl,
    topic: `persistent://public/default/${topic}-dest-DLQ`,
    until: (messages) => messages.length === 2,
  });
  expect(letters.map(({ payload, key }) => [payload.toString(), key])).toEqual(
    poison.map((payload) => [payload, 'p1']),
  );
  const common = { own: 'x', originalKey: 'p1', originalTopic: `persistent://public/default/${topic}` };
  expect(letters.map((letter) => letter.properties)).toEqual([
    expect.objectContaining({ ...common, errorCode: 'PULSAR_PAYLOAD_NOT_JSON' }),
    expect.objectContaining({
      ...common,
      errorCode: 'ENVELOPE_INVALID',
      errorMessage: expect.stringContaining('type'),
    }),
  ]);
  expect(letters[0]?.properties['originalMessageId']).toMatch(/^\d+:\d+:-1:-?\d+$/);
  expect(await ended(host, 'SIGTERM')).toBe(143);
  expect(await backlog()).toBe(0);
});

test.each<[string, () => Promise<void>]>([
  [
    'killed and started again',
    async () => {
      await broker.kill();
      await broker.restart();
    },
  ],
  [
    'frozen for half a minute',
    async () => {
      await broker.freeze();
      // Longer than a connection may be silent.
      await new Promise((resolve) => setTimeout(resolve, 30_000));
      await broker.thaw();
    },
  ],
])('none is missing where the broker is %s in the middle', async (_what, disturb) => {
  const total = 2_000;
  const producer = await openProducer();
  const host = startHost();
  const signal = AbortSignal.timeout(150_000);
  const sends: Promise<string>[] = [];
  const sending = (async () => {
    for (let n = 0; n < total; n++) {
      sends.push(producer.send(messageOf(n), signal));
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  await untilDelivered(300);
  await disturb();
  await sending;
  await Promise.all(sends);
  await untilDelivered(total);
  expect(new Set(delivered())).toEqual(new Set(Array.from({ length: total }, (_, n) => n)));
  expect(host.exitCode).toBeNull();
  expect(await ended(host, 'SIGTERM')).toBe(143);
});

describe('what is configured is what is asked for', () => {
  const publish = async (payloads: readonly string[]): Promise<void> => {
    const producer = await openProducer();
    const signal = AbortSignal.timeout(60_000);
    for (const [n, payload] of payloads.entries()) {
      await producer.send({ payload: Buffer.from(payload), key: `p${n}`, properties: {} }, signal);
    }
  };
  const init = (rest: object): object => ({ topic, subscription: 'own', initialPosition: 'earliest', ...rest });

  test.each(['Exclusive', 'Shared', 'Failover', 'Key_Shared'])('a subscription of type %s', async (type) => {
    await publish(count(5).map(String));
    const { accepted } = await startedIntake({
      host: broker.webSocketUrl,
      init: init({ type, format: 'event' }),
    });
    await until(() => accepted.length === 5);
    expect(accepted.map(({ envelope }) => (envelope as { event: unknown }).event)).toEqual(
      type === 'Shared' ? expect.arrayContaining(count(5)) : count(5),
    );
    const { subscriptions } = await stats();
    expect(subscriptions['own']?.type).toBe(type);
    const second = startedIntake({ host: broker.webSocketUrl, init: init({ type }) });
    if (type === 'Exclusive') await expect(second).rejects.toMatchObject({ code: 'PULSAR_CONFLICT' });
    else await second;
  });

  test('the format of messages, and their source', async () => {
    await publish(['{"id":"p1"}']);
    const { accepted } = await startedIntake({
      host: broker.webSocketUrl,
      init: init({ format: 'profile', source: 'crm' }),
    });
    await until(() => accepted.length === 1);
    expect(accepted[0]).toMatchObject({ envelope: { profile: { id: 'p1' } }, source: 'crm' });
  });

  test('the topic of dead letters', async () => {
    await publish(['no JSON']);
    await startedIntake({ host: broker.webSocketUrl, init: init({ deadLetterTopic: `${topic}-aside` }) });
    const [letter] = await readTopic({
      webSocketUrl: broker.webSocketUrl,
      topic: `persistent://public/default/${topic}-aside`,
      until: (messages) => messages.length === 1,
    });
    expect(letter?.payload.toString()).toBe('no JSON');
  });

  test('how many messages may be under way', async () => {
    await publish(count(20).map((n) => `{"event":{"type":"a","n":${n}}}`));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let handedIn = 0;
    const { accepted } = await startedIntake({
      host: broker.webSocketUrl,
      init: init({ receiverQueueSize: 3 }),
      accept: () => {
        handedIn++;
        return held;
      },
    });
    await until(() => handedIn === 3);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(handedIn).toBe(3);
    release();
    await until(() => accepted.length === 20);
  });
});
