import type { CheckResult } from '@dest/core';
import { lifecycle } from './support/contexts';
import { createDestination } from './support/create-destination';
import { FakeBroker, type Behaviour } from './support/fake-broker';
import { until } from './support/until';

const STEPS = ['reachable', 'authenticated', 'allowed', 'topic'];

let broker: FakeBroker;

afterEach(async () => broker.stop());

async function check(behaviour: Behaviour, topic = 'orders'): Promise<CheckResult> {
  broker = await FakeBroker.start(behaviour);
  return createDestination({ production: { host: broker.host }, topic }).check(lifecycle());
}

it('passes every step where messages are taken, and sends none', async () => {
  const { ok, message, steps } = await check({});

  expect(ok).toBe(true);
  expect(message).toContain('persistent://public/default/orders');
  expect(steps?.map((step) => [step.name, step.ok])).toEqual(STEPS.map((name) => [name, true]));
  expect(broker.payloads).toEqual([]);
  await until(() => broker.clients[0]?.socket.readyState === 3);
});

it.each([
  [401, 'Failed to authenticate', 'authenticated'],
  [403, 'Not authorized', 'allowed'],
  [404, 'Failed to create producer/consumer: Tenant not found', 'topic'],
  [409, 'Producer is already connected', 'topic'],
  [404, 'Not Found', 'reachable'],
  [503, 'starting', 'reachable'],
])('a %d with "%s" ends it at "%s", with these words', async (status, words, failing) => {
  const { ok, steps = [] } = await check({
    refuse: () => ({ status, body: `<title>Error ${status} ${words}</title>` }),
  });

  expect(ok).toBe(false);
  expect(steps.map(({ name }) => name)).toEqual(STEPS.slice(0, STEPS.indexOf(failing) + 1));
  expect(steps.map((step) => step.ok)).toEqual(steps.map((_, index) => index < steps.length - 1));
  expect(steps.at(-1)?.message).toContain(`${status} ${words}`);
});

it('names what is wrong with the credentials themselves, and tries nothing', async () => {
  broker = await FakeBroker.start();
  const destination = createDestination({
    production: { host: 'wss://127.0.0.1:1', tls: { trustCertificate: './nowhere.pem', verifyHostname: true } },
  });

  expect((await destination.check(lifecycle())).steps).toEqual([
    { name: 'configured', ok: false, message: expect.stringContaining('./nowhere.pem') },
  ]);
});

describe('with a template for a topic', () => {
  const TEMPLATE = 'persistent://public/default/{{event@type}}';

  it('goes as far as the credentials, makes no producer, and says so', async () => {
    const { ok, message, steps } = await check(
      { refuse: () => ({ status: 400, body: '<title>Error 400 Invalid query params: odd</title>' }) },
      TEMPLATE,
    );

    expect(ok).toBe(true);
    expect(message).toContain('template');
    expect(steps?.map(({ name, ok: passed, message: said }) => [name, passed, /not tried/.test(said ?? '')])).toEqual([
      ['reachable', true, false],
      ['authenticated', true, false],
      ['allowed', true, true],
      ['topic', true, true],
    ]);
    expect(broker.clients).toEqual([]);
  });

  it('takes a missing grant on the namespace for what it is: who we are is known', async () => {
    expect((await check({ refuse: () => ({ status: 403 }) }, TEMPLATE)).ok).toBe(true);
  });

  it.each([
    [401, ['reachable', 'authenticated']],
    [404, ['reachable']],
    [400, ['reachable']],
  ])('fails with a %d', async (status, names) => {
    const { ok, steps } = await check({ refuse: () => ({ status }) }, TEMPLATE);

    expect(ok).toBe(false);
    expect(steps?.map(({ name }) => name)).toEqual(names);
  });
});
