import { TransientError } from '@dest/core';
import type { MemoryCluster, MemoryTransport } from '../support/memory-cluster';
import { eachWithHosts, ORDERS, OUTBOX_TOPIC, type OutboxHost, type OutboxHosts } from '../support/outbox-hosts';
import { until } from '../support/until';

const PARKED = `${OUTBOX_TOPIC.full}-parked`;

let cluster: MemoryCluster;
let hosts: OutboxHosts;
eachWithHosts((newHosts, newCluster) => ([hosts, cluster] = [newHosts, newCluster]));

const parked = (): number => cluster.topic(PARKED).backlog(`destination-${ORDERS.destination}`);

/** A connection by which a topic can't be read at first. */
function failing(topicName: string, times: number): MemoryTransport {
  const transport = cluster.connect();
  const open = transport.openConsumer.bind(transport);
  let failures = 0;
  transport.openConsumer = async (topic, options, listener) => {
    if (topic.full !== topicName || failures++ >= times) return open(topic, options, listener);
    throw new TransientError('Too many lookups.', { code: 'PULSAR_UNAVAILABLE', scope: 'destination' });
  };
  return transport;
}

/** Has a hundred deliveries parked, and nobody who holds them. */
async function parkAll(): Promise<void> {
  const host: OutboxHost = await hosts.join({ maxHeld: 100 });
  for (let index = 0; index < 100; index++) await hosts.append(host, `e-${index}`, 'ada');
  const [head] = await hosts.waiting(host);
  await host.outbox.settle([hosts.retried(head!, hosts.clock.now() + 60_000)]);
  await until(() => parked() === 100);
  await hosts.close();
}

test('what is parked comes, also where it could not be read at first', async () => {
  await parkAll();
  const host = await hosts.join({ maxHeld: 100, transport: failing(PARKED, 2) });
  await until(() => host.arrived.length === 100);
});

test('what is parked comes where an append came before the first look', async () => {
  await parkAll();
  const host = await hosts.join({ maxHeld: 100, reads: [] });
  await hosts.append(host, 'e-100', 'bob');
  await hosts.waiting(host);
  await until(() => host.arrived.length === 101);
});

test('a destination that appears at another host comes, also where it could not be read at first', async () => {
  const sender = await hosts.join({ reads: [] });
  const host = await hosts.join({ transport: failing(OUTBOX_TOPIC.full, 2) });
  await hosts.append(sender, 'e-0', 'ada');
  await sender.outbox.close();
  await until(() => host.arrived.length === 1);
});
