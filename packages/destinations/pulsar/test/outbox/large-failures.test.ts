import { noopLogger, PermanentError, type Logger } from '@dest/core';
import type { MemoryCluster, MemoryTransport } from '../support/memory-cluster';
import { eachWithHosts, ORDERS, OUTBOX_TOPIC, type OutboxHost, type OutboxHosts } from '../support/outbox-hosts';
import { until } from '../support/until';

/** Enough for the record of an envelope with a body of 4,000 characters. */
const MOST_BYTES = 5_000;

const LONG = 'It is busy. '.repeat(500);

let cluster: MemoryCluster;
let hosts: OutboxHosts;
eachWithHosts((newHosts, newCluster) => ([hosts, cluster] = [newHosts, newCluster]));

/** A connection that takes no message above a size. */
function limited(mostBytes: number): MemoryTransport {
  const transport = cluster.connect();
  const open = transport.openProducer.bind(transport);
  transport.openProducer = async (topic) => {
    const producer = await open(topic);
    return {
      ...producer,
      send: (message, signal) =>
        Buffer.byteLength(message.payload) > mostBytes
          ? Promise.reject(new PermanentError('It is too large.', { code: 'PULSAR_MESSAGE_TOO_LARGE' }))
          : producer.send(message, signal),
    };
  };
  return transport;
}

const backlog = (): number => cluster.topic(OUTBOX_TOPIC.full).backlog(`destination-${ORDERS.destination}`);

/** Nothing that could be compressed away. */
function noise(characters: number): string {
  return Array.from({ length: characters }, () => String.fromCharCode(0x4e00 + Math.random() * 0x4000)).join('');
}

/** Appends one with a body of a size and a small one, and lets the first fail for good and the other be delivered. */
async function failLarge(host: OutboxHost, characters: number): Promise<void> {
  await hosts.append(host, 'large', 'ada', { body: 'x'.repeat(characters) });
  await hosts.append(host, 'small', 'bob');
  const [large] = await hosts.waiting(host);
  await host.outbox.settle([hosts.retried(large!, 0, LONG)]);
  const [again, small] = await hosts.waiting(host);
  await host.outbox.settle([hosts.failed(again!, LONG), hosts.delivered(small!)]);
}

test('a dead letter that is too large with all of its tries is kept with the beginnings of the last', async () => {
  const host = await hosts.join({ transport: limited(20_000) });
  await failLarge(host, 10_000);
  expect(backlog()).toBe(0);
  const [letter] = await host.outbox.deadLetters({}, { limit: 10 });
  expect(letter).toMatchObject({ envelopeId: 'large', tries: 2, failure: { code: 'BUSY' } });
  expect(letter!.failure.message).toBe(`${LONG.slice(0, 200)}…`);
  expect(letter!.history.map(({ message }) => message)).toEqual(Array(2).fill(`${LONG.slice(0, 200)}…`));
  const loaded = await host.outbox.deadLetter(letter!.id);
  expect(loaded?.envelope?.event).toMatchObject({ id: 'large', body: 'x'.repeat(10_000) });
});

test('one that even then is too large is kept without its envelope, and said so', async () => {
  const errors: unknown[] = [];
  const logger: Logger = { ...noopLogger, error: (...words) => void errors.push(words) };
  const host = await hosts.join({ transport: limited(MOST_BYTES), logger: logger });
  await hosts.append(host, 'large', 'ada', { body: 'x'.repeat(4_400) });
  const [large] = await hosts.waiting(host);
  await host.outbox.settle([hosts.failed(large!, LONG)]);
  expect(backlog()).toBe(0);
  const [letter] = await host.outbox.deadLetters({}, { limit: 10 });
  expect(letter).toMatchObject({ envelopeId: 'large', failure: { code: 'BUSY' } });
  const loaded = await host.outbox.deadLetter(letter!.id);
  expect(loaded).toMatchObject({ envelopeId: 'large' });
  expect(loaded).not.toHaveProperty('envelope');
  expect(errors).toEqual([
    [expect.stringContaining(letter!.id), { envelope: 'large', destination: ORDERS.destination }],
  ]);
});

test('what is told of many failed tries at once goes into several entries', async () => {
  const host = await hosts.join({ transport: limited(400_000) });
  for (let index = 0; index < 80; index++) await hosts.append(host, `e-${index}`, `key-${index}`);
  const due = hosts.clock.now() + 1_000;
  await host.outbox.settle((await hosts.waiting(host)).map((delivery) => hosts.retried(delivery, due, noise(3_000))));
  await until(async () => (await host.outbox.readRetries(ORDERS, 100)).length === 80);
});

test('what can not be noted of one delivery keeps nothing from the others', async () => {
  const host = await hosts.join();
  await hosts.append(host, 'e-1', 'ada');
  await hosts.append(host, 'e-2', 'bob');
  const [first, second] = await hosts.waiting(host);
  cluster.failSends = 'lost';
  const settling = host.outbox.settle([hosts.failed(first!), hosts.delivered(second!)]);
  await expect(settling).rejects.toMatchObject({ code: 'PULSAR_DISCONNECTED' });
  cluster.failSends = undefined;
  expect(await hosts.idsOf(host)).toEqual(['e-1']);
  expect(backlog()).toBe(1);
});

test('a large one that failed several times can be moved', async () => {
  const host = await hosts.join({ transport: limited(200_000) });
  await hosts.append(host, 'large', 'ada', { body: `${noise(80_000)}${'x'.repeat(60_000)}` });
  for (let tries = 0; tries < 5; tries++) {
    const [large] = await hosts.waiting(host);
    await host.outbox.settle([hosts.retried(large!, 0, noise(9_000))]);
  }
  const next = { ...ORDERS, generation: 2 };
  expect(await host.outbox.moveLane(ORDERS, next)).toBe(1);
  expect(await host.outbox.read(next, { after: 0, limit: 10, which: 'all' })).toMatchObject([
    { attempts: 5, tries: 5 },
  ]);
});
