import {
  defineSchema,
  DestinationInterface,
  inject,
  LOGGER,
  RegisterDestination,
  TransientError,
  type Destination,
  type LifecycleContext,
  type Logger,
  type Resource,
} from '@dest/core';
import { loadApplication, redactingLogger, type Application } from '@dest/host';
import * as fc from 'fast-check';
import { redactor } from '../../src/application/redactor';
import { applicationFolder } from '../../../core/test/support/application-folder';
import { recordingDestination } from '../support/recording-destination';
import { order, startedHost } from '../support/started-host';

const TOKEN = 'canary/7f+3a?"ö"';
const encodings: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['in JSON', (text) => JSON.stringify({ text })],
  ['in JSON in JSON', (text) => JSON.stringify(JSON.stringify({ text }))],
  ['URL-encoded', encodeURIComponent],
  ['URL-encoded in lower case', (text) => encodeURIComponent(text).replace(/%../g, (escaped) => escaped.toLowerCase())],
  ['as a form field', (text) => new URLSearchParams({ text }).toString()],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64url', (text) => Buffer.from(text).toString('base64url')],
];

describe('redactor', () => {
  test.each(encodings)('hides a secret %s', (_name, encode) => {
    const redact = redactor([TOKEN]);
    const told = redact(`refused ${encode(TOKEN)}, sorry`);
    expect(told).toMatch(/^refused .*•••.*, sorry$/);
    expect(told).not.toContain(encode(TOKEN));
    expect(told).not.toContain('canary');
  });

  test.each(['', 'u', 'us', 'user', 'admin'])('hides a secret in base64 behind %j', (user) => {
    const redact = redactor(['canary-7f3a-canary']);
    const told = redact(`Basic ${Buffer.from(`${user}:canary-7f3a-canary:more`).toString('base64')}`);
    const rest = Buffer.from(told.slice('Basic '.length).replaceAll('•••', ''), 'base64').toString('latin1');
    expect(told).toContain('•••');
    expect(rest).not.toMatch(/canar|anary|7f3a/);
  });

  test('nothing of overlapping secrets is left, whatever their order', () => {
    expect(redactor(['abcd', 'cdefgh', 'abcdef'])('x abcdefgh y')).toBe('x ••• y');
    expect(redactor(['abcdef', 'abcd'])('abcdabcdef-abc')).toBe('••••••-abc');
  });

  test('a line of a secret with several is one', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nw0BAQEFAASCBKcwggSjAgE\n-----END KEY-----\n';
    const redact = redactor([key]);
    expect(redact(`can't read "MIIEvQIBADANBgkqhkiG"`)).toBe(`can't read "•••"`);
    expect(redact(JSON.stringify({ key }))).toBe('{"key":"•••"}');
    expect(redact(`the key ${key.trim()}`)).toBe('the key •••');
  });

  test('any secret in any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 4 }),
        fc.array(fc.string({ minLength: 4 })),
        fc.string(),
        fc.string(),
        fc.constantFrom(...encodings.slice(0, 3)),
        (secret, others, before, after, [, encode]) => {
          const redact = redactor([...others, secret]);
          const told = redact(`${before}${encode(secret)}${after}`);
          // Where it is in the text beside it, that is hidden as well.
          for (const part of told.split('•••')) expect(part).not.toContain(secret);
          expect(redactor([])(told)).toBe(told);
        },
      ),
    );
  });
});

const credentials = defineSchema({
  type: 'object',
  definitions: { secret: { type: 'string', writeOnly: true } },
  properties: { user: { type: 'string' }, token: { $ref: '#/definitions/secret' } },
});
const init = defineSchema({
  type: 'object',
  properties: { topic: { type: 'string' }, salt: { type: 'string', writeOnly: true } },
});

@RegisterDestination({ package: 'leaky', title: 'Leaky', credentials, init })
class Leaky extends DestinationInterface {
  constructor(
    debug: boolean,
    resource: Resource,
    destination: Destination,
    @inject(LOGGER) readonly logger: Logger,
  ) {
    super(debug, resource, destination);
  }
  override async open({ logger }: LifecycleContext): Promise<void> {
    const error = Object.assign(new Error(`with ${TOKEN}`, { cause: new Error('salt-9c1e') }), { options: [TOKEN] });
    this.logger.warn(`trying ${TOKEN}`, { resource: this.resource, init: this.init, topic: 'orders', error });
    logger.info('by the context', { header: `Bearer ${TOKEN}` });
    throw new Error(`refused ${JSON.stringify(this.credentials)}`);
  }
  async dispatchEvent(): Promise<void> {}
  async dispatchProfile(): Promise<void> {}
}

const configuration = {
  resources: [
    { id: 'door', credentials: { production: { user: 'visible', token: TOKEN }, test: { token: 'other-side-token' } } },
    { id: 'unknown', credentials: { production: { deep: [{ anything: 'of an unknown type' }] } } },
  ],
  destinations: [
    { id: 'leaky', package: 'leaky', resource: { id: 'door' }, init: { topic: 'orders', salt: 'salt-9c1e' } },
    { id: 'absent', package: 'not-loaded', resource: { id: 'unknown' } },
  ],
};

test('no logger is handed a secret, whatever a plugin logs', async () => {
  const calls: unknown[][] = [];
  const log = (...words: unknown[]): void => void calls.push(words);
  const host = await startedHost(configuration, {
    register: [Leaky],
    logger: { debug: log, info: log, warn: log, error: log },
  });
  await host.dispatch({ event: { type: 'a' } });
  await host.drain();

  const [message, fields] = calls.find(([text]) => String(text).startsWith('trying')) ?? [];
  expect(message).toBe('trying •••');
  expect(fields).toMatchObject({
    resource: { id: 'door', credentials: { production: { user: 'visible', token: '•••' } } },
    init: { topic: 'orders', salt: '•••' },
    topic: 'orders',
  });
  const { error } = fields as { error: Error & { options: unknown } };
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toBe('with •••');
  expect(error.stack).toContain('with •••');
  expect(error.options).toEqual(['•••']);
  expect((error.cause as Error).message).toBe('•••');
  expect(calls).toContainEqual(['by the context', { header: 'Bearer •••' }]);
  expect(JSON.stringify(calls)).not.toContain('canary');
});

test('an application hides the secrets of both sides, of init, and of types that are not there', async () => {
  const application: Application = await loadApplication({
    config: { version: 1, ...configuration },
    register: [Leaky],
  });
  const said = `visible ${TOKEN} other-side-token salt-9c1e orders: of an unknown type`;
  expect(application.redact(said)).toBe('visible ••• ••• ••• orders: •••');
  await application.close();
});

test('issues tell nothing that a plugin put into what it throws', async () => {
  const folder = applicationFolder({ 'throws.js': `throw new Error('no entry for of an unknown type');` });
  const application = await loadApplication({
    config: { version: 1, ...configuration, plugins: ['./throws.js'] },
    from: folder,
  });
  const issue = application.issues.find(({ code }) => code === 'PLUGIN_IMPORT_FAILED');
  expect(issue?.message).toContain('no entry for •••');
  await application.close();
});

describe('redactingLogger', () => {
  test('hands over what has no secret in it as it is', () => {
    const calls: unknown[][] = [];
    const log = (...words: unknown[]): void => void calls.push(words);
    const logger = redactingLogger({ debug: log, info: log, warn: log, error: log }, redactor(['secret']));
    const cyclic: Record<string, unknown> = { at: new Date(0), bytes: Buffer.from('a'), list: new Set([1]) };
    cyclic['self'] = cyclic;
    logger.debug('fine');
    logger.error('fine', cyclic);
    expect(calls[0]).toEqual(['fine']);
    expect(calls[1]?.[1]).toBe(cyclic);
  });

  test('looks into everything, and survives what throws', () => {
    const calls: unknown[][] = [];
    const log = (...words: unknown[]): void => void calls.push(words);
    const logger = redactingLogger({ debug: log, info: log, warn: log, error: log }, redactor(['secret']));
    class Connection {
      readonly url = 'http://secret@host';
    }
    const cyclic: Record<string, unknown> = { a: 'secret' };
    cyclic['self'] = cyclic;
    logger.info('x', {
      map: new Map([['key', 'secret']]),
      set: new Set(['secret']),
      connection: new Connection(),
      json: { toJSON: () => ({ a: 'secret' }) },
      cyclic,
      secret: 'a key',
      get broken() {
        throw new Error('secret');
      },
    });
    expect(calls[0]?.[1]).toMatchObject({
      map: new Map([['key', '•••']]),
      set: new Set(['•••']),
      connection: { url: 'http://•••@host' },
      json: { a: '•••' },
      cyclic: { a: '•••', self: { a: '•••' } },
      secret: 'a key',
      broken: '…',
    });
  });
});

test.each([
  ['tried too often', { maxAttempts: 1 }, 'ATTEMPTS_EXHAUSTED'],
  ['too old', { maxAge: '200ms' }, 'AGE_EXCEEDED'],
])('a dead letter of what is %s has what the last try failed with, without secrets', async (_what, retry, code) => {
  const leaking = recordingDestination('leaking', {
    dispatch: async () => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      throw new TransientError(`refused ${TOKEN}`, { code: `NO_${TOKEN}`, cause: new Error(`sent ${TOKEN}`) });
    },
    credentials: { type: 'object', properties: { token: { type: 'string', writeOnly: true } } },
  });
  const host = await startedHost(
    {
      resources: [{ id: 'r', credentials: { production: { token: TOKEN } } }],
      destinations: [{ id: 'd', package: 'leaking', resource: { id: 'r' }, delivery: { retry } }],
    },
    { register: [leaking.class] },
  );
  await host.dispatch(order(1));
  await host.drain();
  const [letter] = await host.listDeadLetters({ code: 'NO_•••' }, { limit: 1 });
  expect(letter?.failure).toMatchObject({
    code,
    causes: [{ code: 'NO_•••', message: 'refused •••' }, { message: 'sent •••' }],
  });
  expect(letter?.history).toMatchObject([{ code: 'NO_•••', message: 'refused •••' }]);
  expect(JSON.stringify(letter)).not.toContain('canary');
});
