import {
  createHttp,
  DestinationInterface,
  HTTP,
  RegisterDestination,
  defineSchema,
  systemClock,
  type Data,
  type Destination,
  type Http,
  type Resource,
} from '@dest/core';
import { checkDestination, startHost, type DestinationCheck, type Host, type StartHostOptions } from '@dest/host';
import { WebhookDestination } from '@dest/webhook';
import { runDest } from '../../../packages/cli/test/support/run-dest';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile, type ConfigFile } from './support/config-file';
import { until } from './support/paced-clock';
import { rerouteConnections } from './support/rerouted-network';
import { builtApplication } from './support/run-script';
import { stopAfterwards } from './support/stop-afterwards';
import { receivedIds, startReceiver } from './support/webhook-rig';

const ITEMS = 3;
const ids = Array.from({ length: ITEMS }, (_, n) => `order-${n}`).toSorted();
/** An address of the public internet; of those there are in these tests, no packet ever leaves the machine. */
const PUBLIC = '93.184.216.34';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Whom a private address leads to, and whom a public one does. */
async function startNetwork(): Promise<{ readonly inside: Receiver; readonly outside: Receiver }> {
  const inside = await startReceiver();
  // Whoever sends again connects again, and looks the name up again.
  const outside = await startReceiver((_received, response) => void response.writeHead(200, { connection: 'close' }).end()); // prettier-ignore
  rerouteConnections((address) => (address === PUBLIC ? outside.port : inside.port));
  return { inside, outside };
}

const configuration = (url: string, allow: readonly string[] = []): object => ({
  network: { allow },
  resources: [{ id: 'r', credentials: { production: { url } } }],
  destinations: [{ id: 'hook', package: '@dest/webhook', resource: { id: 'r' }, mapping: 'event@n' }],
});

async function startedHost(config: ConfigFile, more: Omit<StartHostOptions, 'config'> = {}): Promise<Host> {
  const host = await startHost({ config: config.path, register: [WebhookDestination], logger: quiet, ...more });
  stopAfterwards(() => host.close());
  return host;
}

async function dispatchAll(host: Host): Promise<void> {
  for (let n = 0; n < ITEMS; n++) await host.dispatch(order(n));
}

function check({ application }: Host): Promise<DestinationCheck> {
  return checkDestination(application, application.destinations[0]!, { clock: systemClock, logger: quiet });
}

/** Nothing is lost, and it is said why. */
async function expectPaused(host: Host, code: string): Promise<void> {
  await until(async () => {
    const [lane] = await host.lanes();
    return lane?.state === 'paused' || lane?.waiting === 0;
  });
  expect((await host.lanes())[0]).toMatchObject({ state: 'paused', waiting: ITEMS, reason: { code } });
  expect(await host.countDeadLetters({})).toBe(0);
}

async function expectDelivered(host: Host, receiver: Receiver): Promise<void> {
  await until(async () => (await host.lanes())[0]?.waiting === 0);
  expect(receivedIds(receiver.received).toSorted()).toEqual(ids);
}

describe('fault 21: URL to 127.0.0.1, 10/8, 169.254.169.254, ::ffff:10.0.0.1, a rebinding name, a redirect there', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.9.9.9', '127.0.0.0/8'],
    ['10.1.2.3', '10.0.0.0/8'],
    ['169.254.169.254', '169.254.169.254'],
    ['[::ffff:10.0.0.1]', '10.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
  ])('%s is blocked when connecting, in check too, and delivered to once %s is allowed', async (address, allowed) => {
    const { inside } = await startNetwork();
    const url = `http://${address}:8080/hook`;
    const config = configFile(configuration(url));
    const host = await startedHost(config);
    await dispatchAll(host);
    await expectPaused(host, 'NETWORK_ADDRESS_BLOCKED');
    const refused = await check(host);
    expect(refused.ok).toBe(false);
    expect(refused.steps.find(({ name }) => name === 'reachable')).toMatchObject({
      ok: false,
      message: expect.stringContaining('is blocked') as string,
    });
    expect(inside.connections).toBe(0);

    config.write(configuration(url, [allowed]));
    expect(await host.reload()).toMatchObject({ taken: true, changed: ['hook'] });
    await expectDelivered(host, inside);
    expect(await check(host)).toMatchObject({ ok: true });
  });

  test('dest check connects to none of them', async () => {
    const { inside } = await startNetwork();
    const addresses = ['127.0.0.1', '10.1.2.3', '169.254.169.254', '[::ffff:10.0.0.1]'];
    const resources = addresses.map((address, n) => ({ id: `r${n}`, credentials: { production: { url: `http://${address}:8080/` } } })); // prettier-ignore
    const destinations = addresses.map((_, n) => ({
      id: `d${n}`,
      package: '@dest/webhook',
      resource: { id: `r${n}` },
    }));
    const checked = async (allow: readonly string[]): Promise<readonly [exitCode: number, ok: readonly boolean[]]> => {
      const all = { version: 1, plugins: ['@dest/webhook'], network: { allow }, resources, destinations };
      const folder = builtApplication({ 'dest.json': all });
      const { exitCode, stdout } = await runDest(['check', '-c', `${folder}/dest.json`, '--json']);
      const told = JSON.parse(stdout) as { readonly destinations: readonly DestinationCheck[] };
      return [exitCode, told.destinations.map(({ ok }) => ok)];
    };
    expect(await checked([])).toEqual([1, [false, false, false, false]]);
    expect(inside.connections).toBe(0);
    expect(await checked(['127.0.0.1', '10.0.0.0/8', '169.254.169.254'])).toEqual([0, [true, true, true, true]]);
    expect(inside.connections).toBeGreaterThan(0);
  });

  test('a name that leads elsewhere when it is looked up again is judged by where the connection goes', async () => {
    const { inside, outside } = await startNetwork();
    let lookups = 0;
    // The first answer may be connected to, none of the later ones.
    const resolve: NonNullable<Parameters<typeof createHttp>[1]>['resolve'] = (_host, callback) =>
      callback(null, [{ address: ++lookups === 1 ? PUBLIC : '10.0.0.1', family: 4 }]);
    const http = createHttp({}, { resolve });
    stopAfterwards(() => http.close());
    const url = 'http://rebinding.example:8080/hook';
    const config = configFile(configuration(url));
    const host = await startedHost(config, { bindings: [[HTTP, http]] });
    await host.dispatch(order(99));
    await until(async () => (await host.lanes())[0]?.waiting === 0);
    expect([lookups, outside.received.length, inside.connections]).toEqual([1, 1, 0]);

    await dispatchAll(host);
    await expectPaused(host, 'NETWORK_ADDRESS_BLOCKED');
    expect(await check(host)).toMatchObject({ ok: false });
    expect(lookups).toBeGreaterThan(1);
    expect(inside.connections).toBe(0);
    expect(outside.received).toHaveLength(1);

    const trusting = createHttp({ allow: ['10.0.0.1'] }, { resolve });
    stopAfterwards(() => trusting.close());
    await host.close();
    const next = await startedHost(config, { bindings: [[HTTP, trusting]] });
    await dispatchAll(next);
    await expectDelivered(next, inside);
    expect(await check(next)).toMatchObject({ ok: true });
  });

  test('a redirect there is not followed by a webhook, nor by its check', async () => {
    const { inside, outside } = await startNetwork();
    outside.answer = (_received, response) => response.writeHead(307, { location: 'http://10.0.0.1:8080/in' }).end();
    const config = configFile(configuration(`http://${PUBLIC}:8080/hook`));
    const host = await startedHost(config);
    await dispatchAll(host);
    await expectPaused(host, 'WEBHOOK_REDIRECTED');
    const refused = await check(host);
    expect(refused.ok).toBe(false);
    expect(refused.steps.find(({ name }) => name === 'redirect')).toMatchObject({ ok: false });
    expect(outside.received.length).toBeGreaterThan(0);
    expect(inside.connections).toBe(0);

    config.write(configuration('http://10.0.0.1:8080/in', ['10.0.0.1']));
    expect(await host.reload()).toMatchObject({ taken: true, changed: ['hook'] });
    await expectDelivered(host, inside);
  });

  test('a redirect there is blocked for a plugin whose requests follow them', async () => {
    const { inside, outside } = await startNetwork();
    outside.answer = (_received, response) => response.writeHead(307, { location: 'http://10.0.0.1:8080/in' }).end();
    const of = (allow: readonly string[]): object => ({
      network: { allow },
      destinations: [{ id: 'hook', package: 'fetching', mapping: 'event@n' }],
    });
    const config = configFile(of([]));
    const host = await startedHost(config, { register: [Fetching] });
    await dispatchAll(host);
    await expectPaused(host, 'NETWORK_ADDRESS_BLOCKED');
    expect(await check(host)).toMatchObject({ ok: false, failure: { code: 'NETWORK_ADDRESS_BLOCKED' } });
    expect(outside.received.length).toBeGreaterThan(0);
    expect(inside.connections).toBe(0);

    config.write(of(['10.0.0.1']));
    expect(await host.reload()).toMatchObject({ taken: true, changed: ['hook'] });
    await until(async () => (await host.lanes())[0]?.waiting === 0);
    expect(inside.received.map(({ body }) => body).toSorted()).toEqual(['0', '1', '2']);
    expect(await check(host)).toMatchObject({ ok: true });
  });
});

/** Posts to the public address by the HTTP that it is handed. */
class Fetching extends DestinationInterface {
  readonly #http: Http;
  constructor(debug: boolean, resource: Resource, destination: Destination, http: Http) {
    super(debug, resource, destination);
    this.#http = http;
  }
  async dispatchEvent(data: Data): Promise<void> {
    await this.#http(`http://${PUBLIC}:8080/`, { method: 'POST', body: JSON.stringify(data) });
  }
  async dispatchProfile(): Promise<void> {}
  override async check(): Promise<{ readonly ok: boolean }> {
    const { ok } = await this.#http(`http://${PUBLIC}:8080/`, { method: 'OPTIONS' });
    return { ok };
  }
}
const nothing = defineSchema({ type: 'object' });
RegisterDestination({ package: 'fetching', title: 'Fetching', credentials: nothing, init: nothing, inject: [HTTP] })(Fetching); // prettier-ignore
