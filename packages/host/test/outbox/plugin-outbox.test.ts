import { OutboxInterface, RegisterOutbox, defineSchema, systemClock, type Outbox } from '@dest/core';
import { MemoryOutbox } from '@dest/host';
import { recordingDestination } from '../support/recording-destination';
import { recordingIntake } from '../support/recording-intake';
import { startedHost } from '../support/started-host';

const credentials = defineSchema({ type: 'object', properties: { token: { type: 'string', writeOnly: true } } });
const init = defineSchema({ type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] });
const made: { readonly init: unknown; readonly dedupeWindowMs: number }[] = [];

/** In memory, as a plugin would provide it. */
class StoreOutbox extends (OutboxInterface as unknown as new (...given: unknown[]) => object) {
  constructor(...given: unknown[]) {
    super(...given);
    const { init: own, dedupeWindowMs } = given[2] as (typeof made)[number];
    made.push({ init: own, dedupeWindowMs });
    const memory = new MemoryOutbox({ clock: systemClock, dedupeWindowMs }) as unknown as Record<string, () => unknown>;
    for (const name of METHODS) Object.assign(this, { [name]: memory[name]!.bind(memory) });
  }
}
const METHODS = Object.getOwnPropertyNames(MemoryOutbox.prototype).filter((name) => name !== 'constructor');
for (const name of METHODS) Object.assign(StoreOutbox.prototype, { [name]: () => undefined });
RegisterOutbox({ package: 'store', title: 'Store', credentials, init })(StoreOutbox as never);

const resources = [{ id: 'r', credentials: { production: { token: 'secret-token' } } }];
const outbox = { type: 'plugin', package: 'store', resource: { id: 'r' }, init: { topic: 'a' }, dedupeWindow: '1h' };

test('a plugin’s outbox keeps what is dispatched until it is delivered', async () => {
  const target = recordingDestination('target');
  const host = await startedHost(
    { outbox, resources, destinations: [{ id: 'd', package: 'target', mapping: 'event@n' }] },
    { register: [target.class, StoreOutbox] },
  );
  const envelope = { id: 'e', event: { type: 'a', n: 1 } };
  expect(await host.dispatch(envelope)).toMatchObject({ duplicate: false });
  expect(await host.dispatch(envelope)).toMatchObject({ duplicate: true });
  await host.drain();
  expect(target.delivered).toEqual([1]);
  expect(made).toEqual([{ init: { topic: 'a' }, dedupeWindowMs: 3_600_000 }]);
  expect(host.redact('it said secret-token')).not.toContain('secret-token');
});

test.each([
  ['nobody registers', { ...outbox, package: 'nobody' }, 'PACKAGE_UNKNOWN'],
  ['is an intake', { ...outbox, package: 'queue' }, 'PACKAGE_KIND_WRONG'],
  ['is configured wrongly', { ...outbox, init: {} }, 'INIT_INVALID'],
  ['needs a resource that is not there', { ...outbox, resource: { id: 'x' } }, 'RESOURCE_UNKNOWN'],
])('an outbox that %s keeps the host from starting', async (_what, wrong, code) => {
  const register = [StoreOutbox, recordingIntake('queue').class];
  await expect(startedHost({ outbox: wrong, resources, destinations: [] }, { register })).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    issues: [{ code, path: expect.stringMatching(/^\/outbox/) }],
  });
});

test('an outbox that can not be opened keeps the host from starting', async () => {
  class Shut extends StoreOutbox {
    constructor(...given: unknown[]) {
      super(...given);
      Object.assign(this, { open: () => Promise.reject(new Error('nobody answers')) } satisfies Partial<Outbox>);
    }
  }
  RegisterOutbox({ package: 'shut', title: 'Shut', credentials, init })(Shut as never);
  const starting = startedHost(
    { outbox: { ...outbox, package: 'shut' }, resources, destinations: [] },
    { register: [Shut] },
  );
  await expect(starting).rejects.toThrow('nobody answers');
});

test('a reload can not change it; a changed resource is a warning', async () => {
  const config = { outbox: { ...outbox }, resources: structuredClone(resources), destinations: [] };
  const host = await startedHost(config, { register: [StoreOutbox] });
  config.resources[0]!.credentials.production.token = 'another-token';
  expect(await host.reload()).toMatchObject({ taken: true, issues: [{ code: 'OUTBOX_CHANGED', severity: 'warning' }] });
  config.outbox.dedupeWindow = '2h';
  expect(await host.reload()).toMatchObject({ taken: false });
});
