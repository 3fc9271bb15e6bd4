import {
  noopLogger,
  TransientError,
  type Logger,
  type Envelope,
  type LaneIdentity,
  type NewDelivery,
  type OutboxListener,
  type StoredDelivery,
} from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import { SharedOutbox } from '../../src/outbox/shared-outbox';
import { parseTopic } from '../../src/topic';
import { MemoryCluster, type MemoryTransport } from '../support/memory-cluster';
import { until } from '../support/until';

const TOPIC = parseTopic('outbox');
const LANE: LaneIdentity = { destination: 'orders', package: '@acme/ledger', debug: false, generation: 1 };
const FAILURE = { retry: 'transient', scope: 'item', code: 'BUSY', message: 'It is busy.' } as const;

/** A host: its outbox, and what that told. */
interface Host {
  readonly outbox: SharedOutbox;
  readonly transport: MemoryTransport;
  readonly arrived: StoredDelivery[];
  readonly removed: string[];
  readonly dropped: string[];
  readonly replaced: StoredDelivery[];
}

let cluster: MemoryCluster;
let hosts: Host[];
const clock = new VirtualClock();

beforeEach(() => {
  cluster = new MemoryCluster();
  hosts = [];
});

afterEach(async () => {
  await Promise.all(hosts.map(({ outbox }) => outbox.close().catch(() => undefined)));
});

async function join({ maxHeld = 10_000, reads = [LANE], logger = noopLogger } = {}): Promise<Host> {
  const transport = cluster.connect();
  const outbox = await SharedOutbox.connect({
    transport,
    topic: TOPIC,
    maxHeld,
    dedupeWindowMs: 60_000,
    clock,
    logger,
  });
  const host: Host = { outbox, transport, arrived: [], removed: [], dropped: [], replaced: [] };
  const listener: OutboxListener = {
    arrived: (deliveries) => void host.arrived.push(...deliveries),
    removed: (deliveries) => void host.removed.push(...deliveries.map(({ id }) => id)),
    dropped: (deliveries) => void host.dropped.push(...deliveries.map(({ id }) => id)),
    replaced: (delivery) => void host.replaced.push(delivery),
  };
  outbox.watch(listener);
  for (const lane of reads) await outbox.read(lane, { after: 0, limit: 1, which: 'all' });
  hosts.push(host);
  return host;
}

/** Ends a host as a killed process ends. */
function kill(host: Host): void {
  host.transport.kill();
  hosts.splice(hosts.indexOf(host), 1);
}

const copy = (key?: string, rest: Partial<NewDelivery> = {}): NewDelivery => ({
  lane: LANE,
  limit: { maxBytes: 1_000_000_000, whenFull: 'reject' },
  kind: 'event',
  ...(key === undefined ? {} : { key }),
  ...rest,
});

async function append(host: Host, id: string, key?: string, rest?: Partial<NewDelivery>): Promise<void> {
  const envelope: Envelope = { event: { id, type: 'paid' }, ...(key === undefined ? {} : { profile: { id: key } }) };
  await host.outbox.append({ id, envelope, acceptedAt: clock.now() }, [copy(key, rest)]);
}

async function waiting({ outbox }: Host): Promise<readonly StoredDelivery[]> {
  return outbox.read(LANE, { after: 0, limit: 1_000_000, which: 'all' });
}

async function idsOf(host: Host): Promise<readonly string[]> {
  const loaded = await host.outbox.load(await waiting(host));
  return loaded.map((accepted) => accepted?.id ?? 'gone');
}

const delivered = (delivery: StoredDelivery) => ({
  delivery: { ...delivery, tries: delivery.tries + 1 },
  outcome: { status: 'delivered' } as const,
  settledAt: clock.now(),
});

const retried = (delivery: StoredDelivery, dueAt: number) => ({
  delivery: { ...delivery, tries: delivery.tries + 1 },
  outcome: { status: 'retry', dueAt, attempts: delivery.attempts + 1, failure: FAILURE } as const,
  settledAt: clock.now(),
});

const failed = (delivery: StoredDelivery) => ({
  delivery: { ...delivery, tries: delivery.tries + 1 },
  outcome: { status: 'failed', failure: { ...FAILURE, retry: 'permanent' } } as const,
  settledAt: clock.now(),
});

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `e-${index}`);

test('what one host appends is shared among all, each key with one of them, in order', async () => {
  const [first, second] = [await join(), await join()];
  for (const [index, id] of names(60).entries()) await append(first, id, `key-${index % 12}`);
  await until(() => first.arrived.length + second.arrived.length === 60);
  const shares = [await waiting(first), await waiting(second)];
  expect(shares.map((share) => share.length > 0)).toEqual([true, true]);
  const keys = shares.map((share) => new Set(share.map(({ key }) => key)));
  expect([...keys[0]!].filter((key) => keys[1]!.has(key))).toEqual([]);
  const ids = [...(await idsOf(first)), ...(await idsOf(second))];
  expect(ids.toSorted()).toEqual(names(60).toSorted());
  for (const host of [first, second]) {
    const numbers = (await idsOf(host)).map((id) => Number(id.slice(2)));
    for (let key = 0; key < 12; key++) {
      const ofKey = numbers.filter((number) => number % 12 === key);
      expect(ofKey).toEqual(ofKey.toSorted((left, right) => left - right));
    }
  }
});

test('what a killed host had comes to the others, as what may have been delivered before', async () => {
  const [first, second] = [await join(), await join()];
  for (const [index, id] of names(40).entries()) await append(first, id, `key-${index}`);
  await until(() => first.arrived.length + second.arrived.length === 40);
  const [mine] = [await waiting(second)];
  await second.outbox.settle(mine.map(delivered));
  const left = await idsOf(first);
  expect(left.length).toBeGreaterThan(0);
  kill(first);
  await until(() => second.arrived.length === 40);
  expect((await idsOf(second)).toSorted()).toEqual(left.toSorted());
  expect((await waiting(second)).map(({ tries }) => tries)).toEqual(left.map(() => 1));
});

test('what a host had that took leave comes to the others as it was', async () => {
  const [first, second] = [await join(), await join()];
  for (const [index, id] of names(40).entries()) await append(first, id, `key-${index}`);
  await until(() => first.arrived.length + second.arrived.length === 40);
  await second.outbox.settle((await waiting(second)).map(delivered));
  const [stored, started] = await waiting(first);
  await first.outbox.settle([retried(stored!, clock.now() + 500)]);
  first.outbox.started([started!]);
  const left = await idsOf(first);
  await first.outbox.close();
  await until(() => second.arrived.length === 40);
  expect((await idsOf(second)).toSorted()).toEqual(left.toSorted());
  const tries = (await waiting(second)).filter((delivery) => delivery.tries > 0);
  expect(tries.map(({ id }) => id).toSorted()).toEqual([stored!.id, started!.id].toSorted());
  expect(tries.find(({ id }) => id === stored!.id)).toMatchObject({ attempts: 1, dueAt: clock.now() + 500 });
});

test('what is under way whenever a host goes is suspected in the end', async () => {
  const sender = await join({ reads: [] });
  await append(sender, 'e-1', 'ada');
  await sender.outbox.close();
  for (const [tries, crashes] of [0, 0, 0, 1, 2].entries()) {
    const host = await join();
    await until(() => host.arrived.length === 1);
    const [stored] = await waiting(host);
    expect(stored).toMatchObject({ tries, crashes });
    host.outbox.started([stored!]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    kill(host);
  }
});

test('an id that one host has accepted is a duplicate at the others', async () => {
  const [first, second] = [await join(), await join()];
  await append(first, 'e-1', 'ada');
  await until(async () => {
    const { duplicate } = await second.outbox.append({ id: 'e-1', envelope: {}, acceptedAt: clock.now() }, []);
    return duplicate;
  });
});

test('dead letters are those of all hosts, and a replay goes to whoever has its key', async () => {
  const [first, second] = [await join(), await join()];
  for (const id of names(20)) await append(first, id, `key-${id}`);
  await until(() => first.arrived.length + second.arrived.length === 20);
  for (const host of [first, second]) await host.outbox.settle((await waiting(host)).map(failed));
  for (const host of [first, second]) {
    await until(async () => (await host.outbox.countDeadLetters({})) === 20);
    expect((await host.outbox.deadLetters({}, { limit: 100 })).length).toBe(20);
  }
  const [letter] = await second.outbox.deadLetters({}, { limit: 1 });
  expect((await second.outbox.deadLetter(letter!.id))?.envelope?.event).toMatchObject({ id: letter!.envelopeId });
  expect(await second.outbox.replayDeadLetters({}, [LANE])).toEqual({ replayed: 20, unfitting: 0 });
  await until(() => first.arrived.length + second.arrived.length === 40);
  const replays = await Promise.all([first, second].map(({ outbox }) => outbox.readReplays(LANE, 100)));
  expect(replays.map((some) => some.length > 0)).toEqual([true, true]);
  expect(await first.outbox.countDeadLetters({})).toBe(0);
});

test('a person is forgotten by all hosts, and so is what is still on its way', async () => {
  const first = await join({ maxHeld: 100 });
  for (const id of names(150)) await append(first, id, 'ada');
  expect((await waiting(first)).length).toBe(100);
  const second = await join({ maxHeld: 100 });
  for (const id of names(10)) await append(first, `other-${id}`, `key-${id}`);
  await second.outbox.forget('ada');
  await until(() => cluster.topic(TOPIC.full).backlog('destination-orders') === 10);
  const left = [...(await idsOf(first)), ...(await idsOf(second))];
  expect(left.toSorted()).toEqual(names(10).map((id) => `other-${id}`));
  expect(first.removed.length + second.removed.length).toBeGreaterThanOrEqual(100);
  await append(second, 'later', 'ada');
  await until(async () => [...(await idsOf(first)), ...(await idsOf(second))].includes('later'));
});

test('a dropped lane is dropped by all hosts', async () => {
  const [first, second] = [await join(), await join()];
  for (const [index, id] of names(20).entries()) await append(first, id, `key-${index}`);
  await until(() => first.arrived.length + second.arrived.length === 20);
  await first.outbox.dropLane(LANE);
  await until(async () => (await waiting(second)).length === 0);
  expect(first.removed.length + second.removed.length).toBe(20);
  await append(second, 'later', 'key-1');
  await until(async () => (await waiting(first)).length + (await waiting(second)).length === 1);
});

test('connections that are lost for a moment change nothing: what was delivered is not delivered again', async () => {
  const host = await join();
  for (const [index, id] of names(20).entries()) await append(host, id, `key-${index % 5}`);
  const before = await waiting(host);
  await host.transport.loseConsumers();
  // Their acknowledgements come too late for the connection that they came by.
  await host.outbox.settle(before.slice(0, 10).map(delivered));
  await append(host, 'later', 'key-1');
  expect(await idsOf(host)).toEqual([...names(20).slice(10), 'later']);
  await host.outbox.settle((await waiting(host)).map(delivered));
  await until(() => cluster.topic(TOPIC.full).backlog('destination-orders') === 0);
  expect(host.arrived.length).toBe(21);
});

test('what goes to another host while the connection is lost is no longer this one’s', async () => {
  const [first, second] = [await join(), await join()];
  for (const [index, id] of names(40).entries()) await append(first, id, `key-${index}`);
  await until(() => first.arrived.length + second.arrived.length === 40);
  const mine = await waiting(first);
  for (const consumer of first.transport.consumers) consumer.lose();
  await until(() => second.arrived.length === 40);
  for (const consumer of first.transport.consumers) consumer.reconnect();
  await until(() => first.removed.length === mine.length);
  expect(first.removed.toSorted()).toEqual(mine.map(({ id }) => id).toSorted());
  expect(await waiting(first)).toEqual([]);
}, 30_000);

test('an append whose answer got lost fails, and is a duplicate when it is sent again', async () => {
  const host = await join();
  await append(host, 'e-0', 'ada');
  cluster.failSends = 'stored';
  await expect(append(host, 'e-1', 'ada')).rejects.toMatchObject({ code: 'PULSAR_DISCONNECTED' });
  cluster.failSends = undefined;
  await until(() => host.arrived.length === 2);
  await append(host, 'e-1', 'ada');
  expect(await idsOf(host)).toEqual(['e-0', 'e-1']);
});

test('an append that Pulsar did not take fails, and is new when it is sent again', async () => {
  const host = await join();
  await append(host, 'e-0', 'ada');
  cluster.failSends = 'lost';
  await expect(append(host, 'e-1', 'ada')).rejects.toMatchObject({ code: 'PULSAR_DISCONNECTED' });
  cluster.failSends = undefined;
  await append(host, 'e-1', 'ada');
  expect(await idsOf(host)).toEqual(['e-0', 'e-1']);
});

test('where what waits for retries fills all that may be held, it makes room, and keeps its order', async () => {
  const host = await join({ maxHeld: 100 });
  for (let index = 0; index < 100; index++) await append(host, `a-${index}`, 'ada');
  const [head] = await waiting(host);
  await host.outbox.settle([retried(head!, clock.now() + 60_000)]);
  // Nothing of this can come as long as the hold is full.
  for (let index = 0; index < 30; index++) await append(host, `b-${index}`, 'bob');
  await until(async () => (await idsOf(host)).includes('b-29'));
  // What comes later for the key goes behind what is parked.
  for (let index = 100; index < 110; index++) await append(host, `a-${index}`, 'ada');
  await host.outbox.settle((await waiting(host)).filter(({ key }) => key === 'bob').map(delivered));
  const order: string[] = [];
  clock.advance(120_000);
  await until(async () => {
    const now = await waiting(host);
    const ids = await idsOf(host);
    order.push(...ids);
    await host.outbox.settle(now.map(delivered));
    return order.length >= 110;
  });
  expect(order).toEqual(Array.from({ length: 110 }, (_, index) => `a-${index}`));
  await until(() => cluster.topic(`${TOPIC.full}-parked`).backlog('destination-orders') === 0);
  // Then the key goes its usual way again.
  await append(host, 'a-110', 'ada');
  await until(async () => (await idsOf(host)).includes('a-110'));
  await host.outbox.settle((await waiting(host)).map(delivered));
  expect(cluster.topic(TOPIC.full).backlog('destination-orders')).toBe(0);
}, 60_000);

test('a key that is parked is with one host, and in order, also what comes for it later', async () => {
  const first = await join({ maxHeld: 120 });
  const keyOf = (index: number): string => `key-${index % 24}`;
  for (let index = 0; index < 120; index++) await append(first, `e-${index}`, keyOf(index));
  const heads = (await waiting(first)).slice(0, 24);
  await first.outbox.settle(heads.map((head) => retried(head, clock.now() + 60_000)));
  const second = await join({ maxHeld: 120 });
  await until(() => cluster.topic(`${TOPIC.full}-parked`).backlog('destination-orders') >= 60);
  for (let index = 120; index < 168; index++) await append(first, `e-${index}`, keyOf(index));
  // Of a key that is not parked, and is the second host's by now, Pulsar holds back what comes later until the first is done.
  const main = cluster.topic(TOPIC.full);
  const heldBack = (): number => main.held('destination-orders');
  await until(async () => (await waiting(first)).length + (await waiting(second)).length + heldBack() === 168);
  const held = [await idsOf(first), await idsOf(second)].map((ids) => ids.map((id) => Number(id.slice(2))));
  for (let key = 0; key < 24; key++) {
    const [one = [], ...others] = held
      .map((numbers) => numbers.filter((number) => number % 24 === key))
      .filter((numbers) => numbers.length > 0);
    expect(others).toEqual([]);
    expect(one).toEqual(one.toSorted((left, right) => left - right));
  }
});

test('what a producer sent twice is delivered once', async () => {
  const host = await join();
  await append(host, 'e-0', 'ada');
  cluster.topic(TOPIC.full).repeatLast();
  await append(host, 'e-1', 'ada');
  expect(await idsOf(host)).toEqual(['e-0', 'e-1']);
  await host.outbox.settle((await waiting(host)).map(delivered));
  cluster.topic(TOPIC.full).repeatLast();
  await until(() => cluster.topic(TOPIC.full).backlog('destination-orders') === 0);
  expect(host.arrived.length).toBe(2);
});

test('a record of a newer version, or that is none, waits for a host that can read it; the others go on', async () => {
  const warnings: string[] = [];
  const logger: Logger = { ...noopLogger, warn: (message) => void warnings.push(message) };
  const host = await join({ logger });
  await append(host, 'e-0', 'ada');
  const topic = cluster.topic(TOPIC.full);
  const properties = { destinations: '["orders"]' };
  topic.publish({ payload: JSON.stringify({ v: 2, something: 'new' }), key: 'ada', properties });
  topic.publish({ payload: '{"v":', key: 'ada', properties });
  cluster.topic(`${TOPIC.full}-journal`).publish({ payload: JSON.stringify({ v: 2, entry: {} }), properties: {} });
  cluster.topic(`${TOPIC.full}-journal`).publish({
    payload: JSON.stringify({ v: 1, run: 'x', count: 1, entry: { kind: 'unheard of' } }),
    properties: {},
  });
  await append(host, 'e-1', 'ada');
  expect(await idsOf(host)).toEqual(['e-0', 'e-1']);
  await host.outbox.settle((await waiting(host)).map(delivered));
  expect(topic.backlog('destination-orders')).toBe(2);
  expect(warnings).toEqual([expect.stringContaining('newer version')]);
  // Long enough for what keeps the journal to look at it.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(cluster.topic(`${TOPIC.full}-journal`).backlog('dest-keeper')).toBeGreaterThanOrEqual(2);
});

test.each<[string, unknown]>([
  ['', { v: 1 }],
  ['', [1]],
  ['', { v: 1, run: 'x', number: 1, envelopeNumber: 1, id: 'a', acceptedAt: 1, bytes: 1, envelope: {}, copies: [{}] }],
  ['-journal', { v: 1 }],
  ['-journal', { v: 1, run: 'x', count: 1 }],
  ['-journal', { v: 1, run: 'x', count: 1, entry: 5 }],
  ['-journal', { v: 1, run: 'x', count: 1, entry: { kind: 'ids', ids: [{}] } }],
  ['-journal', { v: 1, run: 'x', count: 1, entry: { kind: 'tried' } }],
  ['-journal', { v: 1, run: 'x', count: 1, entry: { kind: 'toString' } }],
  ['-dead-letters', { v: 1, run: 'x', count: 1, entry: { kind: 'letter', letter: {} } }],
  ['-dead-letters', { v: 1, run: 'x', count: 1, entry: { kind: 'gone' } }],
])('what somebody else wrote to outbox%s, such as %j, is left alone', async (suffix, foreign) => {
  const before = await join();
  await append(before, 'e-0', 'ada');
  cluster.topic(TOPIC.full + suffix).publish({ payload: JSON.stringify(foreign), key: 'ada', properties: {} });
  await append(before, 'e-1', 'ada');
  expect(await idsOf(before)).toEqual(['e-0', 'e-1']);
  // A host that starts finds it, too.
  await join();
  const [first, second] = await waiting(before);
  await before.outbox.settle([retried(first!, clock.now()), failed(second!)]);
  expect(await before.outbox.countDeadLetters({})).toBe(1);
  expect(await idsOf(before)).toEqual(['e-0']);
});

test('the journal and the dead letters let go of what nobody needs any more', async () => {
  const host = await join();
  for (const id of names(20)) await append(host, id, id);
  const stored = await waiting(host);
  await host.outbox.settle(stored.slice(0, 10).map((delivery) => retried(delivery, clock.now() + 1_000)));
  await host.outbox.settle(stored.slice(10).map(failed));
  const letters = (): number => cluster.topic(`${TOPIC.full}-dead-letters`).backlog('dest-keeper');
  const journal = (): number => cluster.topic(`${TOPIC.full}-journal`).backlog('dest-keeper');
  await until(() => letters() === 10);
  await host.outbox.dropDeadLetters({});
  await host.outbox.settle((await waiting(host)).map(delivered));
  clock.advance(60_001);
  // What is left: that the host is there, and that the destination has a subscription.
  await until(() => letters() === 0 && journal() <= 3);
});

test('what is parked is there once, also where it comes before Pulsar has answered', async () => {
  const host = await join({ maxHeld: 100 });
  for (let index = 0; index < 100; index++) await append(host, `a-${index}`, `key-${index % 2}`);
  cluster.answerMs = 30;
  const heads = (await waiting(host)).slice(0, 2);
  await host.outbox.settle(heads.map((head) => retried(head, clock.now() + 60_000)));
  await until(() => cluster.topic(`${TOPIC.full}-parked`).backlog('destination-orders') >= 50);
  await until(() => cluster.topic(TOPIC.full).backlog('destination-orders') <= 50);
  const ids = await idsOf(host);
  expect(ids.toSorted()).toEqual(Array.from({ length: 100 }, (_, index) => `a-${index}`).toSorted());
  // Whoever listens has them all, each told of after it was taken away.
  expect(new Set(host.arrived.slice(100).map(({ id }) => id))).toEqual(new Set(host.removed));
  await host.outbox.settle((await waiting(host)).map(delivered));
  await until(() => cluster.topic(`${TOPIC.full}-parked`).backlog('destination-orders') === 0);
}, 30_000);

/** Has one host whose hold is full of one key that waits for a retry, as another key was before. */
async function joinFull(): Promise<Host> {
  const host = await join({ maxHeld: 20 });
  for (let index = 0; index < 20; index++) await append(host, `z-${index}`, 'zoe');
  const [other] = await waiting(host);
  await host.outbox.settle([retried(other!, clock.now() + 60_000)]);
  await until(() => cluster.topic(TOPIC.full).backlog('destination-orders') === 0);
  await until(async () => (await waiting(host)).length === 20);
  await host.outbox.settle((await waiting(host)).map(delivered));
  await until(() => cluster.topic(`${TOPIC.full}-parked`).backlog('destination-orders') === 0);
  host.arrived.length = host.removed.length = 0;
  for (let index = 0; index < 20; index++) await append(host, `a-${index}`, 'ada');
  const [head] = await waiting(host);
  await host.outbox.settle([retried(head!, clock.now() + 60_000)]);
  return host;
}

const idsUpTo = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `a-${index}`);

test.each(['lost', 'stored'] as const)(
  'what is parked while sends fail (%s) is there once and in order when they work again',
  async (failSends) => {
    const parked = cluster.topic(`${TOPIC.full}-parked`);
    cluster.failedTopic = `${TOPIC.full}-parked`;
    const host = await joinFull();
    cluster.failSends = failSends;
    await until(() => host.removed.length >= 20);
    await new Promise((resolve) => setTimeout(resolve, 700));
    cluster.failSends = undefined;
    await until(() => parked.backlog('destination-orders') >= 20);
    await until(async () => (await waiting(host)).length === 20);
    expect(await idsOf(host)).toEqual(idsUpTo(20));
    await host.outbox.settle((await waiting(host)).slice(0, 5).map(delivered));
    await append(host, 'a-20', 'ada');
    await until(async () => (await waiting(host)).length === 16);
    expect(await idsOf(host)).toEqual(idsUpTo(21).slice(5));
    await host.outbox.settle((await waiting(host)).map(delivered));
    await until(() => parked.backlog('destination-orders') === 0);
  },
  30_000,
);

test('what can’t be parked stays where it is, and what comes later for its key behind it', async () => {
  cluster.failedTopic = `${TOPIC.full}-parked`;
  const host = await joinFull();
  cluster.failSends = 'lost';
  await until(() => host.removed.length === 20);
  await until(() => {
    clock.advance(1_000);
    return host.arrived.length === 40;
  });
  expect(host.arrived.slice(20).map(({ id }) => id)).toEqual(host.removed);
  const first = (await waiting(host)).slice(0, 5);
  await host.outbox.settle(first.map(delivered));
  cluster.failSends = undefined;
  await append(host, 'a-20', 'ada');
  await until(async () => (await waiting(host)).length === 16);
  expect(await idsOf(host)).toEqual(idsUpTo(21).slice(5));
  expect(cluster.topic(`${TOPIC.full}-parked`).backlog('destination-orders')).toBe(0);
});

test('forgetting finds what is on its way to where its key is parked', async () => {
  const host = await joinFull();
  const parked = cluster.topic(`${TOPIC.full}-parked`);
  await until(() => parked.backlog('destination-orders') === 20);
  await append(host, 'a-20', 'ada');
  await host.outbox.forget('ada');
  await until(() => cluster.topic(TOPIC.full).backlog('destination-orders') === 0);
  await until(() => parked.backlog('destination-orders') === 0);
  expect(await waiting(host)).toEqual([]);
});

test('what is moved is there once, also where it comes before Pulsar has answered', async () => {
  const host = await join();
  for (const id of names(20)) await append(host, id, 'ada');
  cluster.answerMs = 30;
  const next = { ...LANE, generation: 2 };
  expect(await host.outbox.moveLane(LANE, next)).toBe(20);
  const moved = await host.outbox.read(next, { after: 0, limit: 100, which: 'all' });
  const loaded = await host.outbox.load(moved);
  expect(loaded.map((accepted) => accepted?.id)).toEqual(names(20));
  expect(await waiting(host)).toEqual([]);
  await until(() => cluster.topic(TOPIC.full).backlog('destination-orders') === 20);
});

test('what is accepted after a lane was dropped is kept, also where the clock is behind that of who dropped it', async () => {
  const host = await join();
  await append(host, 'e-0', 'ada');
  const inTwoSeconds = (Date.now() + 2_000) * 1_024;
  const entry = { kind: 'lane-dropped', lane: LANE, before: inTwoSeconds };
  cluster.topic(`${TOPIC.full}-journal`).publish({
    payload: JSON.stringify({ v: 1, run: 'another', count: 1, entry }),
    properties: {},
  });
  await until(() => host.removed.length === 1);
  await append(host, 'e-1', 'ada');
  expect(await idsOf(host)).toEqual(['e-1']);
});

describe('what comes for the first time', () => {
  /** What the journal says of tries, as kinds of entries. */
  function notes(): string[] {
    const kinds: string[] = [];
    const onMessage = ({ payload }: { readonly payload: Buffer }): void => {
      const { kind } = (JSON.parse(payload.toString()) as { entry: { kind: string } }).entry;
      if (kind === 'started' || kind === 'settled') kinds.push(kind);
    };
    cluster.topic(`${TOPIC.full}-journal`).read(-1, { onMessage, onTrouble: () => undefined });
    return kinds;
  }

  test('is not taken for what was tried before where the topic has partitions', async () => {
    cluster.topic(TOPIC.full).partitions = 2;
    const [first] = [await join(), await join({ reads: [] })];
    const kinds = notes();
    // Each key once: that is new here, and may have been elsewhere until then.
    const keys = ['a', 'bb'];
    for (const key of keys) await append(first, `first-${key}`, key);
    await until(() => first.arrived.length === 2);
    for (const [index, id] of names(20).entries()) await append(first, id, keys[index % 2]);
    await until(() => first.arrived.length === 22);
    const later = first.arrived.slice(2);
    expect(later.map(({ tries }) => tries)).toEqual(later.map(() => 0));
    first.outbox.started(later);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(kinds).toEqual([]);
  });

  test('leaves nothing in the journal once it is settled, however fast that was', async () => {
    const first = await join();
    await append(first, 'e-1', 'a');
    await append(first, 'e-2', 'b');
    const [quick, slow] = await waiting(first);
    await first.outbox.settle([retried(quick!, clock.now()), retried(slow!, clock.now())]);
    const kinds = notes();
    const [again, other] = await waiting(first);
    first.outbox.started([again!]);
    await first.outbox.settle([delivered(again!)]);
    await until(() => kinds.length === 1);
    // What its first try left is taken back; what was not written need not be.
    expect(kinds).toEqual(['settled']);
    first.outbox.started([other!]);
    await until(() => kinds.length === 2);
    await first.outbox.settle([delivered(other!)]);
    await until(() => kinds.length === 3);
    expect(kinds).toEqual(['settled', 'started', 'settled']);
  });
});

test('an outbox that can not be opened, whatever it is that fails, leaves no connection', async () => {
  const away = new TransientError('The broker is away.', { code: 'PULSAR_UNREACHABLE', scope: 'destination' });
  let hasFailed = true;
  let failing = 0;
  for (; hasFailed; failing++) {
    const transport = cluster.connect();
    let calls = 0;
    let isConnecting = true;
    hasFailed = false;
    const mayFail = (): void => {
      if (!isConnecting || calls++ !== failing) return;
      hasFailed = true;
      throw away;
    };
    const { openConsumer, openProducer, openReader } = transport;
    let open = 0;
    transport.openConsumer = async (...parameters) => {
      mayFail();
      return openConsumer.apply(transport, parameters);
    };
    transport.openReader = async (...parameters) => {
      mayFail();
      return openReader.apply(transport, parameters);
    };
    transport.openProducer = async (...parameters) => {
      mayFail();
      const { send, close } = await openProducer.apply(transport, parameters);
      open++;
      return {
        send: async (...message) => {
          mayFail();
          return send(...message);
        },
        sendAll: () => Promise.reject(away),
        close: async () => {
          open--;
          await close();
        },
      };
    };
    const options = { transport, topic: TOPIC, maxHeld: 100, dedupeWindowMs: 60_000, clock, logger: noopLogger };
    const connecting = SharedOutbox.connect(options);
    const outcome = await connecting.catch((error: unknown) => error);
    isConnecting = false;
    if (outcome instanceof SharedOutbox) await outcome.close();
    else expect(outcome).toBe(away);
    expect({ failing, open, connections: cluster.connections }).toEqual({ failing, open: 0, connections: 0 });
  }
  // Consumer, producer, reader and the first entry of two topics, and two producers.
  expect(failing - 1).toBe(10);
});
