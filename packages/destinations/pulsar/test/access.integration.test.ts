import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CheckResult } from '@dest/core';
import type { PulsarCredentials, PulsarDestination } from '@dest/pulsar';
import {
  startOwnBroker,
  type OwnPulsarBroker,
  type Role,
  type SecureAccess,
} from '../../../../test/support/pulsar-broker';
import { readTopic } from '../../../../test/support/pulsar-consumer';
import type { Access } from '../src/access/access';
import { OAuth2Tokens } from '../src/access/oauth2-tokens';
import { nativeHandshake } from '../src/native/native-handshake';
import { webSocketAccess } from '../src/web-socket/web-socket-access';
import { WebSocketConnection } from '../src/web-socket/web-socket-connection';
import { accessOf } from './support/access-of';
import { batchContext, batchItem, lifecycle, NEVER } from './support/contexts';
import { createDestination } from './support/create-destination';
import { failure } from './support/failure';
import { FakeIssuer } from './support/fake-issuer';
import { openHttp } from './support/open-http';
import { TcpProxy } from './support/tcp-proxy';

let broker: OwnPulsarBroker;
let secure: SecureAccess;
const destinations: PulsarDestination[] = [];

beforeAll(async () => {
  broker = await startOwnBroker('access', 'all');
  if (broker.secure === undefined) throw new Error('the broker has no TLS');
  secure = broker.secure;
});

afterEach(async () => {
  for (const destination of destinations.splice(0)) await destination.close();
});

afterAll(async () => broker.stop());

function newTopic(): string {
  return `access-${randomBytes(4).toString('hex')}`;
}

function create(production: PulsarCredentials, topic = 'orders'): PulsarDestination {
  const destination = createDestination({ production, topic });
  destinations.push(destination);
  return destination;
}

async function check(production: PulsarCredentials, topic?: string): Promise<CheckResult> {
  return create(production, topic).check(lifecycle());
}

const trusted = (): NonNullable<PulsarCredentials['tls']> => ({
  trustCertificate: secure.authority,
  verifyHostname: true,
});

const clientOf = (role: Exclude<Role, 'admin'>): NonNullable<PulsarCredentials['tls']> => ({
  ...trusted(),
  clientCertificate: secure.clients[role].certificate,
  clientKey: secure.clients[role].key,
});

/** Credentials of a role, by each way of authentication. */
const WAYS: readonly (readonly [way: string, of: (role: Exclude<Role, 'admin'>) => PulsarCredentials])[] = [
  ['a token', (role) => ({ host: broker.webSocketUrl, token: broker.token(role) })],
  ['a token by TLS', (role) => ({ host: secure.webSocketUrl, token: broker.token(role), tls: trusted() })],
  ['a password', (role) => ({ host: broker.webSocketUrl, username: role, password: secure.passwords[role] })],
  [
    'a password by TLS',
    (role) => ({ host: secure.webSocketUrl, username: role, password: secure.passwords[role], tls: trusted() }),
  ],
  ['a client certificate', (role) => ({ host: secure.webSocketUrl, tls: clientOf(role) })],
];

describe.each(WAYS)('with %s', (_way, of) => {
  it('messages arrive', async () => {
    const topic = newTopic();
    const destination = create(of('application'), topic);
    await destination.open(lifecycle());

    const results = await destination.dispatchBatch([batchItem({ n: 1 }, 'e1:orders')], batchContext());

    expect(results).toEqual([{ ok: true }]);
    const [message] = await readTopic({
      webSocketUrl: broker.webSocketUrl,
      topic: `persistent://public/default/${topic}`,
      token: broker.adminToken,
      until: (received) => received.length === 1,
    });
    expect(message?.payload.toString()).toBe('{"n":1}');
  });

  it('every step of the check passes', async () => {
    const { ok, steps } = await check(of('application'));

    expect(ok).toBe(true);
    expect(steps?.map(({ name }) => name)).toEqual(['reachable', 'authenticated', 'allowed', 'topic']);
  });

  it('who has no grant is known, and not allowed', async () => {
    const { ok, steps } = await check(of('stranger'));

    expect(ok).toBe(false);
    expect(steps?.map(({ name }) => name)).toEqual(['reachable', 'authenticated', 'allowed']);
    expect(steps?.at(-1)?.message).toContain('403 Not authorized');
  });

  it('a template is checked as far as the credentials go, and makes no topic', async () => {
    const { ok, steps } = await check(of('stranger'), 'persistent://public/default/{{event@type}}');

    expect(ok).toBe(true);
    expect(steps?.filter(({ message }) => /not tried/.test(message ?? '')).map(({ name }) => name)).toEqual([
      'allowed',
      'topic',
    ]);
    expect(await topicsOf('public/default')).not.toContain('persistent://public/default/probe');
  });
});

it('a token that an issuer gives opens the way, and one that Pulsar refuses does not', async () => {
  const tokens = [broker.token('application'), 'a.b.c', broker.token('application')];
  const issuer = await FakeIssuer.start({ token: (asked) => tokens[asked - 1] ?? '' });
  const oauth2 = { issuerUrl: issuer.url, clientId: 'dest', clientSecret: 's3cret' };
  try {
    const production = { host: broker.webSocketUrl, oauth2 };
    expect((await check(production)).ok).toBe(true);

    const refused = await check(production);
    expect(refused.steps?.at(-1)).toMatchObject({ name: 'authenticated', ok: false });
    expect(JSON.stringify(refused)).not.toContain('s3cret');

    const access: Access = { ...accessOf(broker.url), authentication: { type: 'oauth2', settings: oauth2 } };
    await nativeHandshake(access, new OAuth2Tokens(oauth2, openHttp));
    expect(issuer.asked).toHaveLength(3);
  } finally {
    await issuer.stop();
  }
});

it('certificates and keys may be texts', async () => {
  const { certificate, key } = secure.clients.application;

  const { ok } = await check({
    host: secure.webSocketUrl,
    tls: {
      trustCertificate: await readFile(secure.authority, 'utf8'),
      clientCertificate: await readFile(certificate, 'utf8'),
      clientKey: await readFile(key, 'utf8'),
      verifyHostname: true,
    },
  });

  expect(ok).toBe(true);
});

it.each<[string, () => PulsarCredentials, string, RegExp]>([
  ['a broker that is not trusted', () => ({ host: secure.webSocketUrl }), 'reachable', /trustCertificate/],
  [
    'nothing to show',
    () => ({ host: secure.webSocketUrl, tls: trusted() }),
    'authenticated',
    /401 Authentication required/,
  ],
  [
    'a wrong password',
    () => ({ host: broker.webSocketUrl, username: 'application', password: 'wr0ng' }),
    'authenticated',
    /401 Authentication required/,
  ],
])('%s ends the check at its step', async (_what, credentials, step, words) => {
  const { steps } = await check(credentials());

  expect(steps?.at(-1)).toMatchObject({ name: step, ok: false, message: expect.stringMatching(words) });
});

it('a certificate of another name is taken only where that is said', async () => {
  // The certificate is for localhost and 127.0.0.1.
  const proxy = await TcpProxy.start(Number(new URL(secure.webSocketUrl).port), '127.0.0.2');
  try {
    const host = `wss://127.0.0.2:${proxy.port}`;
    const token = broker.token('application');

    const refused = await check({ host, token, tls: trusted() });
    const taken = await check({ host, token, tls: { ...trusted(), verifyHostname: false } });
    const untrusted = await check({ host, token, tls: { verifyHostname: false } });

    expect(refused.steps?.at(-1)).toMatchObject({ name: 'reachable', ok: false });
    expect(taken.ok).toBe(true);
    expect(untrusted.steps?.at(-1)).toMatchObject({ name: 'reachable', ok: false });
  } finally {
    await proxy.stop();
  }
});

describe('a topic', () => {
  it.each<[string, string, Role, RegExp]>([
    ['of an unknown namespace', 'public/nowhere/orders', 'admin', /404 Namespace not found/],
    ['of an unknown tenant', 'nobody/nowhere/orders', 'admin', /404 Namespace not found/],
    ['of a tenant that nobody knows', 'nobody/nowhere/orders', 'application', /no tenant "nobody".*500 Server error/],
  ])('%s is the configuration', async (_what, topic, role, words) => {
    const refused = await failure(
      create({ host: broker.webSocketUrl, token: broker.token(role) }, topic).open(lifecycle()),
    );

    expect(refused).toMatchObject({ retry: 'configuration', scope: 'destination', code: 'PULSAR_TOPIC_NOT_FOUND' });
    expect(refused.message).toMatch(words);
  });

  it('that is terminated takes no new producer', async () => {
    const topic = newTopic();
    await admin('PUT', `persistent/public/default/${topic}`);
    await admin('POST', `persistent/public/default/${topic}/terminate`);

    const refused = await failure(
      create({ host: broker.webSocketUrl, token: broker.token('application') }, topic).open(lifecycle()),
    );

    expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_TOPIC_TERMINATED' });
  });

  it('with a producer of the same name is held', async () => {
    const options = {
      url: `${broker.webSocketUrl}/ws/v2/producer/persistent/public/default/${newTopic()}?producerName=me`,
      access: webSocketAccess(accessOf(broker.webSocketUrl, broker.token('application')), openHttp),
      where: 'the topic',
      handshakeTimeoutMs: 10_000,
      heartbeatMs: 10_000,
    };
    const nothing = { onAnswer: () => undefined, onClose: () => undefined };
    const first = await WebSocketConnection.open(options, nothing, NEVER);

    const refused = await failure(WebSocketConnection.open(options, nothing, NEVER));
    await first.close();

    expect(refused).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_CONFLICT' });
    expect(refused.message).toMatch(/409 .*'me' is already connected/);
  });
});

describe('the handshake that tells what the native client does not', () => {
  const tls = async (role?: Exclude<Role, 'admin'>): Promise<Access['tls']> => ({
    verifyHostname: true,
    trust: { text: await readFile(secure.authority, 'utf8') },
    ...(role === undefined
      ? {}
      : {
          client: {
            certificate: { text: await readFile(secure.clients[role].certificate, 'utf8') },
            key: { text: await readFile(secure.clients[role].key, 'utf8') },
          },
        }),
  });

  it('is taken with each way of authentication', async () => {
    await nativeHandshake(accessOf(broker.url, broker.token('application')), undefined);
    await nativeHandshake(accessOf(secure.url, broker.token('application'), await tls()), undefined);
    const password = secure.passwords.application;
    const basic: Access['authentication'] = { type: 'basic', username: 'application', password };
    await nativeHandshake({ ...accessOf(broker.url), authentication: basic }, undefined);
    const certificate: Access = {
      host: secure.url,
      tls: await tls('application'),
      authentication: { type: 'certificate' },
    };
    await nativeHandshake(certificate, undefined);
  });

  it.each<[string, () => Promise<Access>, string]>([
    ['no token', async () => Promise.resolve(accessOf(broker.url)), 'PULSAR_NOT_AUTHENTICATED'],
    ['a wrong token', async () => Promise.resolve(accessOf(broker.url, 'a.b.c')), 'PULSAR_NOT_AUTHENTICATED'],
    ['no client certificate', async () => accessOf(secure.url, undefined, await tls()), 'PULSAR_NOT_AUTHENTICATED'],
    [
      'a certificate that is not trusted',
      async () => Promise.resolve(accessOf(secure.url, broker.token('application'))),
      'PULSAR_TLS_REFUSED',
    ],
    [
      'the port of HTTP',
      async () => Promise.resolve(accessOf(broker.httpUrl.replace('http:', 'pulsar:'))),
      'PULSAR_REFUSED',
    ],
  ])('names %s', async (_what, access, code) => {
    expect(await failure(nativeHandshake(await access(), undefined))).toMatchObject({ retry: 'configuration', code });
  });
});

async function admin(method: string, path: string): Promise<unknown> {
  const response = await fetch(`${broker.httpUrl}/admin/v2/${path}`, {
    method,
    headers: { authorization: `Bearer ${broker.adminToken ?? ''}` },
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

async function topicsOf(namespace: string): Promise<unknown> {
  return admin('GET', `persistent/${namespace}`);
}
