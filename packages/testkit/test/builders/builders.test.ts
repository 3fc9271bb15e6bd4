import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf, HTTP, RegisterDestination, type Diagnostic } from '@dest/core';
import {
  aBatchItem,
  aContext,
  aDestination,
  anEvent,
  aProfile,
  aSession,
  FakeHttpServer,
  filesWithin,
  hostBindings,
  recordingLogger,
  renderMapping,
} from '../../src/index';
import { ReferenceDestination, referenceOptions } from '../destination/support/reference-destination';

const credentials = {
  production: { url: 'http://127.0.0.1/', token: 'real' },
  test: { url: 'http://127.0.0.1/', token: 't' },
};

test('what is given is put over what is usual', () => {
  expect(anEvent({ type: 'refund' })).toMatchObject({ type: 'refund', properties: { total: 120.5 } });
  expect(aProfile({ id: 'p' })).toMatchObject({ id: 'p', traits: { name: 'Ada' } });
  expect(aSession({ id: 's' })).toMatchObject({ id: 's', context: { device: 'phone' } });
  expect(aContext({ attempt: 2 })).toMatchObject({ attempt: 2, possiblyDelivered: false });
  expect(aBatchItem({ a: 1 }, { kind: 'profile' })).toMatchObject({
    kind: 'profile',
    json: '{"a":1}',
    key: 'profile-1',
  });
});

test('a mapping is rendered as a host does', () => {
  const scope = { event: anEvent(), profile: aProfile() };
  expect(renderMapping({ id: 'event@id', name: 'Hi {{profile@traits.name}}', no: 'event@no' }, scope)).toEqual({
    id: 'event-1',
    name: 'Hi Ada',
    no: null,
  });
  expect(renderMapping({ no: 'event@no' }, scope, { missing: 'omit' })).toEqual({});
  expect(renderMapping({ $now: 'iso' }, scope, { now: 0 })).toBe('1970-01-01T00:00:00.000Z');
  const diagnostics: Diagnostic[] = [];
  renderMapping({ $date: { from: 'event@type' } }, scope, { diagnostics });
  expect(diagnostics).toHaveLength(1);
});

test('a logger keeps what it is told', () => {
  const logger = recordingLogger();
  logger.info('one', { a: 1 });
  logger.error('two');
  expect(logger.lines).toEqual([
    { level: 'info', message: 'one', fields: { a: 1 } },
    { level: 'error', message: 'two' },
  ]);
});

test('a destination is made by a registry: one side of the credentials, defaults, injected', () => {
  class Made extends ReferenceDestination {}
  RegisterDestination(referenceOptions)(Made);
  const host = hostBindings();
  const made = aDestination(Made, { credentials, debug: true, delivery: { ordering: 'strict' }, host });
  expect(made.resource.credentials).toEqual({ test: credentials.test });
  expect(made.destination).toMatchObject({ init: { list: 'all' }, delivery: { ordering: 'strict', concurrency: 4 } });
  expect(typeof made.connections.acquire).toBe('function');
  expect(() => aDestination(Made, { credentials: { production: {} } })).toThrow('credentials.production.url');
});

test('the HTTP of a host reaches this machine, and nothing else that is private', async () => {
  const server = await FakeHttpServer.start();
  const host = hostBindings();
  expect((await host.http(server.origin)).status).toBe(200);
  const failing = host.http('http://10.0.0.1/').catch((error: unknown) => failureOf(error).code);
  expect(await failing).toBe('NETWORK_ADDRESS_BLOCKED');
  await host.close();
  await server.stop();
  expect(HTTP).toBeDefined();
});

test('files are inside a folder, by way of links too', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'dest-testkit-')));
  await symlink(tmpdir(), join(folder, 'link'));
  const files = filesWithin(folder);
  expect(await files.resolve('a/b')).toBe(join(folder, 'a/b'));
  for (const path of ['../x', '/etc/passwd', 'link/x']) {
    await expect(files.resolve(path)).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
  }
  await rm(folder, { recursive: true });
});
