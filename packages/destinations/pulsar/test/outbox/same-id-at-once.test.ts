import { setTimeout as pause } from 'node:timers/promises';
import type { MemoryCluster } from '../support/memory-cluster';
import { eachWithHosts, ORDERS, OUTBOX_TOPIC, type OutboxHosts } from '../support/outbox-hosts';

let cluster: MemoryCluster;
let hosts: OutboxHosts;
eachWithHosts((newHosts, newCluster) => ([hosts, cluster] = [newHosts, newCluster]));

const published = (): number => cluster.topic(OUTBOX_TOPIC.full).backlog(`destination-${ORDERS.destination}`);

test.each([1, 2])('an id that comes several times at once to one of %d hosts is taken once', async (count) => {
  const host = await hosts.join();
  for (let others = 1; others < count; others++) await hosts.join();
  await hosts.append(host, 'e-0', 'bob');
  cluster.answerMs = 20;
  const receipts = await Promise.all([1, 2, 3].map(() => hosts.append(host, 'e-1', 'ada')));
  expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
  expect(published()).toBe(2);
});

test('where the first of them fails, the next one is taken', async () => {
  const host = await hosts.join();
  await hosts.join();
  await hosts.append(host, 'e-0', 'bob');
  cluster.answerMs = 20;
  cluster.failSends = 'lost';
  const first = hosts.append(host, 'e-1', 'ada');
  const second = hosts.append(host, 'e-1', 'ada');
  await pause(5);
  cluster.failSends = undefined;
  await expect(first).rejects.toMatchObject({ code: 'PULSAR_DISCONNECTED' });
  expect(await second).toMatchObject({ duplicate: false });
  expect(published()).toBe(2);
});
