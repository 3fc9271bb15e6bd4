import { setTimeout as pause } from 'node:timers/promises';
import type { MemoryCluster } from '../support/memory-cluster';
import { eachWithHosts, ORDERS, OUTBOX_TOPIC, type OutboxHosts } from '../support/outbox-hosts';
import { until } from '../support/until';

let cluster: MemoryCluster;
let hosts: OutboxHosts;
eachWithHosts((newHosts, newCluster) => ([hosts, cluster] = [newHosts, newCluster]));

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `e-${index}`);

test('a host that only looks takes nothing from one that delivers', async () => {
  const host = await hosts.join();
  await hosts.append(host, 'before', 'ada');
  const looking = await hosts.join({ reads: [] });
  expect(await looking.outbox.size(ORDERS)).toEqual({ waiting: 0, bytes: 0 });
  expect(await looking.outbox.lanes()).toEqual([]);
  for (const id of names(20)) await hosts.append(looking, id, id);
  await until(() => host.arrived.length === 21);
  expect(looking.arrived).toEqual([]);
});

test('what a host has that only looked goes to one that delivers, when there is one', async () => {
  const looking = await hosts.join({ reads: [] });
  for (const id of names(20)) await hosts.append(looking, id, id);
  expect(await looking.outbox.size(ORDERS)).toMatchObject({ waiting: 20 });
  const host = await hosts.join();
  await until(() => host.arrived.length === 20);
  expect(await hosts.idsOf(host)).toEqual(names(20));
  expect(looking.removed.length).toBe(20);
  expect(await looking.outbox.size(ORDERS)).toEqual({ waiting: 0, bytes: 0 });
  await host.outbox.settle((await hosts.waiting(host)).map((delivery) => hosts.delivered(delivery)));
  await until(() => cluster.topic(OUTBOX_TOPIC.full).backlog('destination-orders') === 0);
});

test('what is published is kept where a subscription was removed and nobody reads it', async () => {
  const first = await hosts.join({ reads: [] });
  await hosts.join({ reads: [] });
  const entry = { kind: 'destination', destination: ORDERS.destination };
  cluster.topic(`${OUTBOX_TOPIC.full}-journal`).publish({
    payload: JSON.stringify({ v: 1, run: 'another', count: 1, entry }),
    properties: {},
  });
  // Until the hosts have read that.
  await pause(50);
  await hosts.append(first, 'e-0', 'ada');
  const host = await hosts.join();
  await until(() => host.arrived.length === 1);
});
