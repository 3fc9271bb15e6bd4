import type { DeadLetter } from '@dest/core';
import { setTimeout as pause } from 'node:timers/promises';
import type { MemoryCluster, MemoryTransport } from '../support/memory-cluster';
import { eachWithHosts, ORDERS, OUTBOX_TOPIC, type OutboxHost, type OutboxHosts } from '../support/outbox-hosts';
import { until } from '../support/until';

const LETTERS = `${OUTBOX_TOPIC.full}-dead-letters`;

/** More than two steps of a replay. */
const MANY = 1_100;

let cluster: MemoryCluster;
let hosts: OutboxHosts;
eachWithHosts((newHosts, newCluster) => ([hosts, cluster] = [newHosts, newCluster]));

const backlog = (): number => cluster.topic(OUTBOX_TOPIC.full).backlog(`destination-${ORDERS.destination}`);

/** A connection by which no further reader opens from `hold` to `release`. */
function slowToOpen() {
  const transport = cluster.connect();
  const open = transport.openReader.bind(transport);
  let gate = Promise.resolve();
  let release = (): void => undefined;
  let held = 0;
  transport.openReader = async (topic, after, listener) => {
    held++;
    await gate;
    held--;
    return open(topic, after, listener);
  };
  const hold = (): void => {
    gate = new Promise((resolve) => (release = resolve));
  };
  return { transport, hold, release: () => release(), isHolding: () => held > 0 };
}

/** A connection by which nothing that is read comes from `hold` to `release`. */
function slowToRead() {
  const transport: MemoryTransport = cluster.connect();
  const open = transport.openReader.bind(transport);
  let held: (() => void)[] | undefined;
  transport.openReader = (topic, after, listener) =>
    open(topic, after, {
      ...listener,
      onMessage: (message) => {
        if (held === undefined) listener.onMessage(message);
        else held.push(() => listener.onMessage(message));
      },
    });
  const release = (): void => {
    const given = held ?? [];
    held = undefined;
    for (const give of given) give();
  };
  return { transport, hold: () => void (held = []), release };
}

/** Appends some, every third about Ada and the others about Bob, and lets all fail for good. */
async function bury(host: OutboxHost, count: number, more = {}): Promise<readonly DeadLetter[]> {
  const names = Array.from({ length: count }, (_, index) => (index % 3 === 0 ? 'ada' : 'bob'));
  await Promise.all(names.map((name, index) => hosts.append(host, `${name}-${index}`, name, more)));
  await host.outbox.settle((await hosts.waiting(host)).map((delivery) => hosts.failed(delivery)));
  const letters = await host.outbox.deadLetters({}, { limit: count });
  expect(letters.length).toBe(count);
  return letters;
}

/** Some of which the first are no longer in memory. */
const buryLarge = (host: OutboxHost): Promise<readonly DeadLetter[]> =>
  bury(host, 12, { body: 'x'.repeat(1024 * 1024) });

async function replayed(host: OutboxHost): Promise<readonly string[]> {
  const replays = await host.outbox.readReplays(ORDERS, 1_000_000);
  return (await host.outbox.load(replays)).map((accepted) => accepted?.id ?? 'gone');
}

const ofAda = (id: string): boolean => id.startsWith('ada');

test('an append begins and ends while many dead letters are replayed', async () => {
  const host = await hosts.join();
  await bury(host, MANY);
  let isReplayed = false;
  const replaying = host.outbox.replayDeadLetters({}, [ORDERS]).finally(() => (isReplayed = true));
  await hosts.append(host, 'meanwhile', 'cleo');
  expect(isReplayed).toBe(false);
  expect(await hosts.idsOf(host)).toEqual(['meanwhile']);
  expect(await replaying).toEqual({ replayed: MANY, unfitting: 0 });
  expect(new Set(await replayed(host)).size).toBe(MANY);
  expect(await host.outbox.countDeadLetters({})).toBe(0);
});

test('appends, settlements and lists go on while envelopes of dead letters are read again', async () => {
  const { transport, hold, release, isHolding } = slowToOpen();
  const host = await hosts.join({ transport });
  const [first] = await buryLarge(host);
  hold();
  const shown = host.outbox.deadLetter(first!.id);
  const replaying = host.outbox.replayDeadLetters({}, [ORDERS]);
  await until(isHolding);
  await hosts.append(host, 'meanwhile', 'cleo');
  await host.outbox.settle((await hosts.waiting(host)).map((delivery) => hosts.delivered(delivery)));
  expect(await host.outbox.countDeadLetters({})).toBe(12);
  expect(await host.outbox.deadLetters({}, { limit: 2 })).toHaveLength(2);
  release();
  expect((await shown)?.envelope?.event).toMatchObject({ id: 'ada-0' });
  expect(await replaying).toEqual({ replayed: 12, unfitting: 0 });
  expect(await replayed(host)).toHaveLength(12);
});

test('who is forgotten in the middle of a replay is not replayed', async () => {
  const host = await hosts.join();
  await bury(host, MANY);
  const replaying = host.outbox.replayDeadLetters({}, [ORDERS]);
  await until(() => backlog() > 0);
  const receipt = await host.outbox.forget('ada');
  expect(receipt.deliveries.length).toBe(167);
  expect(receipt.deadLetters).toBe(200);
  expect(await replaying).toEqual({ replayed: MANY - 200, unfitting: 0 });
  const left = await replayed(host);
  expect(left.filter(ofAda)).toEqual([]);
  expect(left.length).toBe(MANY - 367);
  await until(() => backlog() === MANY - 367);
  expect(await host.outbox.countDeadLetters({})).toBe(0);
});

test('what is dropped in the middle of a replay is not replayed, and counted once', async () => {
  const host = await hosts.join();
  await bury(host, MANY);
  const replaying = host.outbox.replayDeadLetters({}, [ORDERS]);
  await until(() => backlog() > 0);
  const dropped = await host.outbox.dropDeadLetters({});
  expect(dropped).toBe(MANY - 500);
  expect(await replaying).toEqual({ replayed: 500, unfitting: 0 });
  expect(await replayed(host)).toHaveLength(500);
});

test('who is forgotten while a dead letter is read again is neither shown nor replayed', async () => {
  const { transport, hold, release, isHolding } = slowToOpen();
  const host = await hosts.join({ transport });
  const [first] = await buryLarge(host);
  hold();
  const shown = host.outbox.deadLetter(first!.id);
  const replaying = host.outbox.replayDeadLetters({ ids: [first!.id] }, [ORDERS]);
  await until(isHolding);
  expect(await host.outbox.forget('ada')).toMatchObject({ deadLetters: 4 });
  await host.outbox.dropDeadLetters({});
  // Then there is nothing left that could be read.
  await until(() => cluster.topic(LETTERS).backlog('dest-keeper') === 0);
  release();
  expect(await shown).toBeUndefined();
  expect(await replaying).toEqual({ replayed: 0, unfitting: 0 });
  expect(backlog()).toBe(0);
});

test('who is forgotten by another host, before this one hears of it, is not replayed either', async () => {
  const { transport, hold, release } = slowToRead();
  const host = await hosts.join({ transport });
  const letters = await bury(host, 9);
  const other = await hosts.join({ reads: [] });
  expect(await other.outbox.countDeadLetters({})).toBe(letters.length);
  hold();
  expect(await other.outbox.forget('ada')).toMatchObject({ deadLetters: 3 });
  const replaying = host.outbox.replayDeadLetters({}, [ORDERS]);
  await until(() => backlog() === 9);
  await pause(50);
  release();
  await replaying;
  await until(() => backlog() === 6);
  expect((await replayed(host)).filter(ofAda)).toEqual([]);
});

test('a replay that was asked for before closing is made', async () => {
  const host = await hosts.join();
  await bury(host, MANY);
  const replaying = host.outbox.replayDeadLetters({}, [ORDERS]);
  await host.outbox.close();
  expect(await replaying).toEqual({ replayed: MANY, unfitting: 0 });
  const next = await hosts.join();
  expect(new Set(await replayed(next)).size).toBe(MANY);
  expect(await next.outbox.countDeadLetters({})).toBe(0);
});
