import { compileSchema, dottedPath } from '@dest/core';
import { credentials, init } from '@dest/pulsar';

const validCredentials = (value: unknown): boolean => compileSchema(credentials.json)(value).valid;
const validInit = (value: unknown): boolean => compileSchema(init.json)(value).valid;

/** What is wrong with credentials, as a host says it. */
function complaints(value: object): string[] {
  const result = compileSchema(credentials.json)(value);
  return result.valid
    ? []
    : result.issues.map(({ pointer, message }) => `${dottedPath('credentials', pointer)} ${message}`);
}

const OAUTH2 = { issuerUrl: 'https://login.example', clientId: 'dest', clientSecret: 's3cret' };
const CLIENT = { clientCertificate: './client.pem', clientKey: './client.key' };

it.each([
  { host: 'pulsar://broker:6650' },
  { host: 'pulsar://one:6650,two:6650' },
  { host: 'pulsar+ssl://broker:6651', token: 'a.b.c' },
  { host: 'ws://127.0.0.1:8080' },
  { host: 'wss://proxy.example/pulsar/' },
  { host: 'http://broker:8080' },
  { host: 'https://[::1]:8443' },
  { host: 'ws://broker:8080', username: 'dest', password: 's3cret' },
  { host: 'wss://broker:8443', oauth2: OAUTH2 },
  {
    host: 'wss://broker:8443',
    oauth2: { issuerUrl: 'https://login.example/', privateKey: './key.json', scope: 'a b' },
  },
  { host: 'wss://broker:8443', tls: {} },
  { host: 'pulsar+ssl://broker:6651', tls: { trustCertificate: './ca.pem', ...CLIENT, verifyHostname: false } },
  { host: 'wss://broker:8443', token: 'a.b.c', tls: CLIENT },
])('takes the credentials %j', (value) => {
  expect(validCredentials(value)).toBe(true);
});

it.each([
  {},
  { host: 5 },
  { host: 'broker:6650' },
  { host: 'kafka://broker:9092' },
  { host: 'ws://user:secret@broker:8080' },
  { host: 'ws://broker:8080/?token=secret' },
  { host: 'ws://broker:8080', token: '' },
  { host: 'ws://broker:8080', token: 'two\nlines' },
  { host: 'ws://broker:8080', password: 'x' },
  { host: 'ws://broker:8080', username: 'a:b', password: 'x' },
  { host: 'wss://broker:8443', oauth2: { issuerUrl: 'login.example', clientId: 'dest', clientSecret: 'x' } },
  { host: 'wss://broker:8443', oauth2: { ...OAUTH2, grant: 'password' } },
  { host: 'wss://broker:8443', tls: { verifyHostname: 'no' } },
])('refuses the credentials %j', (value) => {
  expect(validCredentials(value)).toBe(false);
});

it.each([
  { topic: 'orders' },
  { topic: 'persistent://public/default/orders' },
  { topic: 'persistent://public/default/{{event@type}}' },
  { topic: 'persistent://{{profile@tenant}}/a-{{ event@properties["x y"] }}/orders' },
  { topic: 'orders', key: 'event@properties.orderId', properties: { type: 'event@type', n: 1 }, eventTime: false },
  { topic: 'orders', eventTime: 'event@properties.at', deliverAfter: '1h30m', serializer: 'raw' },
  { topic: 'orders', deliverAfter: 5_000, producerName: 'web shop', compression: 'ZSTD', batching: false },
  { topic: 'orders', batching: { maxMessages: 10 }, sendTimeoutMs: 5_000, deduplication: true, maxProducers: 5 },
])('takes the parameters %j', (value) => {
  expect(validInit(value)).toBe(true);
});

it.each([
  {},
  { topic: 5 },
  { topic: '' },
  { topic: 'a/b' },
  { topic: '{{event@type' },
  { topic: 'a/{{event@type}}' },
  { topic: 'orders', more: 1 },
  { topic: 'orders', key: 'profile.id' },
  { topic: 'orders', eventTime: true },
  { topic: 'orders', deliverAfter: '5 minutes' },
  { topic: 'orders', deliverAfter: 0 },
  { topic: 'orders', serializer: 'avro' },
  { topic: 'orders', compression: 'zstd' },
  { topic: 'orders', batching: true },
  { topic: 'orders', batching: { maxMessages: 1 } },
  { topic: 'orders', producerName: '' },
  { topic: 'orders', properties: { list: [1] } },
])('refuses the parameters %j', (value) => {
  expect(validInit(value)).toBe(false);
});

it.each([
  [
    { token: 'a.b.c', username: 'dest', password: 'x' },
    /^credentials should hold one way of authentication: token, or/,
  ],
  [{ token: 'a.b.c', oauth2: OAUTH2 }, /^credentials should hold one way/],
  [{ username: 'dest', password: 'x', oauth2: OAUTH2 }, /^credentials should hold one way/],
  [{ username: 'dest' }, /^credentials.password is missing/],
  [{ password: 'x' }, /^credentials.username is missing/],
  [{ oauth2: { issuerUrl: 'https://login.example' } }, /^credentials.oauth2.clientId is missing/],
  [{ oauth2: { ...OAUTH2, privateKey: './key.json' } }, /^credentials.oauth2 should hold either clientId/],
  [{ tls: { clientKey: './client.key' } }, /^credentials.tls.clientCertificate is missing/],
  [{ host: 'ws://broker:8080', tls: {} }, /^credentials tls needs an address with TLS: set host to wss/],
])('says what is wrong with %j', (given, message) => {
  const found = complaints({ host: 'wss://broker:8443', ...given });

  expect(found.some((complaint) => message.test(complaint))).toBe(true);
  expect(found.join()).not.toContain('s3cret');
});

it('verifies host names unless it is told not to', () => {
  expect(compileSchema(credentials.json)({ host: 'wss://broker:8443', tls: {} })).toMatchObject({
    value: { tls: { verifyHostname: true } },
  });
});

it('marks every secret and describes every property', () => {
  const found = propertiesOf(credentials.json);
  const secrets = ['token', 'password', 'oauth2.clientSecret', 'oauth2.privateKey', 'tls.clientKey'];

  expect(found.filter(([, { writeOnly }]) => writeOnly === true).map(([path]) => path)).toEqual(secrets);
  for (const [, { title, description }] of [...found, ...propertiesOf(init.json)]) {
    expect(title).toMatch(/\w+/);
    expect(description).toMatch(/\w+/);
  }
});

interface Node {
  readonly title?: string;
  readonly description?: string;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, Node>>;
}

function propertiesOf({ properties = {} }: Node, path = ''): [string, Node][] {
  return Object.entries(properties).flatMap(([name, node]): [string, Node][] => [
    [`${path}${name}`, node],
    ...propertiesOf(node, `${path}${name}.`),
  ]);
}
