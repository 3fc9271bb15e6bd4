import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOwnBroker, type OwnPulsarBroker } from '../support/pulsar-broker';
import { readTopic } from '../support/pulsar-consumer';

const run = promisify(execFile);
const root = join(__dirname, '../..');
const dest = join(root, 'packages/cli/bin/dest.js');
const events = join(root, 'examples/quickstart/events.ndjson');

interface Line {
  readonly event?: { readonly id: string; readonly type: string; readonly properties: Record<string, unknown> };
  readonly profile?: { readonly id: string; readonly consents?: { readonly analytics?: boolean } };
}

const lines = readFileSync(events, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Line);

/** What the example's mapping makes of the sample's orders. */
const orders = lines
  .filter(({ event }) => event?.type.startsWith('order-'))
  .map(({ event, profile }) => ({
    order: event!.properties['orderId'],
    status: event!.type,
    total: event!.properties['total'] ?? null,
    currency: event!.properties['currency'] ?? null,
    customer: profile?.id ?? null,
  }));

let live: OwnPulsarBroker;
let sandbox: OwnPulsarBroker;

beforeAll(async () => {
  // What was sent by an earlier run would not be sent again.
  rmSync(join(root, 'examples/pulsar/.dest'), { recursive: true, force: true });
  live = await startOwnBroker('send-live');
  sandbox = await startOwnBroker('send-sandbox');
});

afterAll(async () => {
  await live?.stop();
  await sandbox?.stop();
});

function send(config: string, ...parameters: string[]): Promise<{ stdout: string }> {
  const env = { ...process.env, PULSAR_HTTP_URL: live.httpUrl, PULSAR_TEST_HTTP_URL: sandbox.httpUrl };
  return run(process.execPath, [dest, 'send', '-c', config, '--json', ...parameters], { env });
}

function delivered(stdout: string): readonly (readonly [string, number])[] {
  const { destinations } = JSON.parse(stdout) as { destinations: { destination: string; delivered: number }[] };
  return destinations.map(({ destination, delivered: count }) => [destination, count]);
}

async function payloads(broker: OwnPulsarBroker, topic: string, count: number): Promise<readonly string[]> {
  const messages = await readTopic({
    webSocketUrl: broker.webSocketUrl,
    topic: `persistent://public/default/${topic}`,
    until: (sofar) => sofar.length >= count,
  });
  return messages.map(({ payload }) => payload.toString('utf8'));
}

const byText = (values: readonly object[]): readonly string[] =>
  values.map((value) => JSON.stringify(value)).toSorted();

test('dest send puts the mapped events on the broker’s topics, each once, by the production credentials', async () => {
  const { stdout } = await send(join(root, 'examples/pulsar/dest.yaml'), events);
  expect(delivered(stdout)[0]).toEqual(['orders', orders.length]);
  expect((await payloads(live, 'shop-orders', orders.length)).toSorted()).toEqual(byText(orders));
});

test('with debug they go by the test credentials, and nowhere else', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-debug-')));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const yaml = readFileSync(join(root, 'examples/pulsar/dest.yaml'), 'utf8');
    const config = join(folder, 'dest.yaml');
    writeFileSync(config, yaml.replace('debug: false', 'debug: true'));
    cpSync(events, join(folder, 'events.ndjson'));
    const before = (await payloads(live, 'shop-orders', orders.length)).length;
    const { stdout } = await send(config, join(folder, 'events.ndjson'));
    expect(delivered(stdout)[0]).toEqual(['orders', orders.length]);
    expect((await payloads(sandbox, 'shop-orders', orders.length)).toSorted()).toEqual(byText(orders));
    const counted = await fetch(`${live.httpUrl}/admin/v2/persistent/public/default/shop-orders/stats`);
    expect(((await counted.json()) as { msgInCounter: number }).msgInCounter).toBe(before);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a broker that is killed and comes back while dest send runs misses nothing', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-kill-')));
  const count = 10_000;
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(
      join(folder, 'dest.json'),
      JSON.stringify({
        version: 1,
        plugins: ['@dest/pulsar'],
        resources: [{ id: 'main', credentials: { production: { host: live.webSocketUrl } } }],
        destinations: [
          {
            id: 'numbers',
            package: '@dest/pulsar',
            resource: { id: 'main' },
            init: { topic: 'numbers' },
            mapping: { n: 'event@n' },
            // Slow enough that the broker dies in the middle.
            delivery: { concurrency: 1, batch: { maxItems: 20 } },
          },
        ],
      }),
    );
    const text = Array.from({ length: count }, (_, n) => JSON.stringify({ id: `n${n}`, event: { type: 'n', n } }));
    writeFileSync(join(folder, 'events.ndjson'), `${text.join('\n')}\n`);
    const sending = send(join(folder, 'dest.json'), join(folder, 'events.ndjson'), '--give-up-after', '120');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await live.kill();
    await live.restart();
    const { stdout } = await sending;
    expect(delivered(stdout)).toEqual([['numbers', count]]);
    const seen = new Set<number>();
    await readTopic({
      webSocketUrl: live.webSocketUrl,
      topic: 'persistent://public/default/numbers',
      until: (messages) => {
        const last = messages.at(-1);
        if (last !== undefined) seen.add((JSON.parse(last.payload.toString()) as { n: number }).n);
        return seen.size === count;
      },
    });
    expect(seen.size).toBe(count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
