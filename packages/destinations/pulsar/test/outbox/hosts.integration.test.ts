import { noopLogger } from '@dest/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startOwnBroker, type OwnPulsarBroker } from '../../../../../test/support/pulsar-broker';
import { parseTopic } from '../../src/topic';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { accessOf } from '../support/access-of';
import { openHttp } from '../support/open-http';

const ROOT = join(__dirname, '../../../../..');
const KEYS = 200;

let broker: OwnPulsarBroker;
let folder: string;
let events: string;
let outbox: string;
let receiver: Server;
/** What was delivered, in order. */
let received: number[];
const hosts: ChildProcess[] = [];

beforeAll(async () => {
  broker = await startOwnBroker('hosts');
});

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-hosts-')));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules/@dest'), join(folder, 'node_modules/@dest'));
  received = [];
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      received.push(...(JSON.parse(body) as number[]));
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const name = randomBytes(4).toString('hex');
  events = `events-${name}`;
  outbox = `outbox-${name}`;
  writeFileSync(join(folder, 'dest.yaml'), JSON.stringify(configuration()));
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => ended(host)));
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

afterAll(() => broker?.stop());

function configuration(): object {
  const { port } = receiver.address() as AddressInfo;
  const intake = { topic: events, subscription: 'dest', initialPosition: 'earliest' };
  return {
    version: 1,
    control: { path: '${CONTROL}' },
    plugins: ['@dest/pulsar', '@dest/webhook'],
    network: { allow: ['127.0.0.1'] },
    outbox: { type: 'plugin', package: '@dest/pulsar#outbox', resource: { id: 'cluster' }, init: { topic: outbox } },
    resources: [
      { id: 'cluster', credentials: { production: { host: broker.webSocketUrl } } },
      { id: 'receiver', credentials: { production: { url: `http://127.0.0.1:${port}/` } } },
    ],
    intakes: [
      { id: 'events', type: 'plugin', package: '@dest/pulsar#intake', resource: { id: 'cluster' }, init: intake },
    ],
    destinations: [
      {
        id: 'out',
        package: '@dest/webhook',
        resource: { id: 'receiver' },
        init: { batch: true },
        mapping: 'event@n',
        delivery: { ordering: 'key' },
      },
    ],
  };
}

/** A host in a process of its own. Resolves when it is ready. */
async function startHost(): Promise<ChildProcess> {
  const cli = join(ROOT, 'packages/cli/bin/dest.js');
  const host = spawn(process.execPath, [cli, 'run', '-c', join(folder, 'dest.yaml'), '--no-stdin'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Hosts of one machine are operated by a socket each.
    env: { ...process.env, CONTROL: join(folder, `${randomBytes(4).toString('hex')}.sock`) },
  });
  hosts.push(host);
  await new Promise<void>((resolve, reject) => {
    let log = '';
    host.stderr?.setEncoding('utf8').on('data', (part: string) => {
      log += part;
      if (log.includes('Ready:')) resolve();
    });
    host.once('exit', () => reject(new Error(`The host ended before it was ready: ${log}`)));
  });
  return host;
}

async function ended(host: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  hosts.splice(hosts.indexOf(host), hosts.includes(host) ? 1 : 0);
  if (host.exitCode !== null || host.signalCode !== null) return;
  const exit = new Promise((resolve) => host.once('exit', resolve));
  host.kill(signal);
  await exit;
}

/** Sends events into the topic that the hosts take in. */
async function send(from: number, count: number): Promise<void> {
  const host = broker.webSocketUrl;
  const access = webSocketAccess(accessOf(host), openHttp);
  const transport = new WebSocketTransport({ host, access, logger: noopLogger });
  const settings = { compression: 'NONE', keyOrder: true, deduplication: false } as const;
  const producer = await transport.openProducer(parseTopic(events), settings);
  const signal = AbortSignal.timeout(300_000);
  const messages = Array.from({ length: count }, (_, index) => from + index).map((n) => ({
    payload: JSON.stringify({ event: { id: `e-${n}`, type: 'a', n }, profile: { id: `p${n % KEYS}` } }),
    key: `p${n % KEYS}`,
    properties: {},
  }));
  for (let first = 0; first < count; first += 1_000) {
    const outcomes = await Promise.all(
      messages.slice(first, first + 1_000).map((message) => producer.send(message, signal)),
    );
    expect(outcomes).not.toContain(undefined);
  }
  await producer.close();
}

async function untilReceived(count: number, meanwhile: () => Promise<void> = () => pause(200)): Promise<void> {
  while (new Set(received).size < count) await meanwhile();
}

/** Nobody ended by itself, and all that was delivered is acknowledged, at the intake's topic and at the outbox's. */
async function expectDone(running: readonly ChildProcess[]): Promise<void> {
  for (const host of running) expect([host.exitCode, host.signalCode]).toEqual([null, null]);
  for (const [topic, subscription] of [
    [events, 'dest'],
    [outbox, 'destination-out'],
    [`${outbox}-parked`, 'destination-out'],
  ] as const) {
    let left = await backlog(topic, subscription);
    for (let tries = 0; left > 0 && tries < 60; tries++) {
      await pause(500);
      left = await backlog(topic, subscription);
    }
    expect({ topic, left }).toEqual({ topic, left: 0 });
  }
}

/** None where there is no such subscription: nothing was ever parked. */
async function backlog(topic: string, subscription: string): Promise<number> {
  const answer = await fetch(`${broker.httpUrl}/admin/v2/persistent/public/default/${topic}/stats`);
  const { subscriptions } = (await answer.json()) as { subscriptions: Record<string, { msgBacklog: number }> };
  if (subscriptions[subscription] === undefined) expect(topic).toBe(`${outbox}-parked`);
  return subscriptions[subscription]?.msgBacklog ?? 0;
}

/** None is missing, and of each key what came first came in order. */
function expectAll(count: number): void {
  const firsts = [...new Set(received)];
  expect(firsts.toSorted((left, right) => left - right)).toEqual(Array.from({ length: count }, (_, n) => n));
  const last = new Map<number, number>();
  for (const n of firsts) {
    expect(n).toBeGreaterThan(last.get(n % KEYS) ?? -1);
    last.set(n % KEYS, n);
  }
}

test('of 50,000 events none is missing and each key is in order, where one of three hosts is killed every few seconds', async () => {
  const total = Number(process.env['DEST_HOSTS_EVENTS'] ?? 50_000);
  const sending = send(0, total);
  const running = await Promise.all([startHost(), startHost(), startHost()]);
  await untilReceived(1);
  let killed = 0;
  await untilReceived(total, async () => {
    await pause(2_000);
    if (new Set(received).size >= total) return;
    await ended(running.shift() as ChildProcess);
    killed++;
    running.push(await startHost());
  });
  await sending;
  expectAll(total);
  await expectDone(running);
  expect(killed).toBeGreaterThan(2);
}, 600_000);

test('none is missing and each key is in order where the broker is killed, frozen, and unloads the topic', async () => {
  const part = 2_000;
  const running = await Promise.all([startHost(), startHost()]);
  await send(0, part);
  await untilReceived(part / 2);
  await broker.kill();
  await broker.restart();
  await untilReceived(part);
  await send(part, part);
  await untilReceived(part + part / 4);
  await broker.freeze();
  // Longer than a connection may be silent.
  await pause(25_000);
  await broker.thaw();
  await untilReceived(2 * part);
  await send(2 * part, part);
  for (const topic of [outbox, events, `${outbox}-journal`]) {
    await untilReceived(2 * part + 100);
    const path = `persistent/public/default/${topic}/unload`;
    const { status } = await fetch(`${broker.httpUrl}/admin/v2/${path}`, { method: 'PUT' });
    expect(status).toBe(204);
    await pause(500);
  }
  await untilReceived(3 * part);
  expectAll(3 * part);
  await expectDone(running);
}, 600_000);
