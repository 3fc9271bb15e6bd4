import Ajv from 'ajv';
import { credentials, init } from '@dest/pulsar';

const ajv = new Ajv();
const validCredentials = ajv.compile(credentials.json);
const validInit = ajv.compile(init.json);

it.each([
  { host: 'pulsar://broker:6650' },
  { host: 'pulsar://one:6650,two:6650' },
  { host: 'pulsar+ssl://broker:6651', token: 'a.b.c' },
  { host: 'ws://127.0.0.1:8080' },
  { host: 'wss://proxy.example/pulsar/' },
  { host: 'http://broker:8080' },
  { host: 'https://[::1]:8443' },
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
])('refuses the credentials %j', (value) => {
  expect(validCredentials(value)).toBe(false);
});

it.each([{ topic: 'orders' }, { topic: 'persistent://public/default/orders' }])('takes the parameters %j', (value) => {
  expect(validInit(value)).toBe(true);
});

it.each([{}, { topic: 5 }, { topic: '' }, { topic: 'a/b' }, { topic: 'orders', more: 1 }])(
  'refuses the parameters %j',
  (value) => {
    expect(validInit(value)).toBe(false);
  },
);

it('marks the token as a secret and describes every property', () => {
  const { properties } = credentials.json as { properties: Record<string, { description?: string; writeOnly?: true }> };
  expect(properties['token']?.writeOnly).toBe(true);
  const all = [
    ...Object.values(properties),
    ...Object.values((init.json as { properties: typeof properties }).properties),
  ];
  for (const { description } of all) expect(description).toMatch(/\w+/);
});
