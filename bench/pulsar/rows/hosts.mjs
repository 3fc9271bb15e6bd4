// Three hosts that share the work by a Pulsar outbox, against one. Who waits 20 ms a call is bound by that, not by processors.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../support/child.mjs';
import { makeWorkFolder, removeWorkFolder } from '../../support/work-folder.mjs';
import { measureSending } from '../sending.mjs';
import { newTopic } from '../topics.mjs';

const script = new URL('../children/outbox-host.mjs', import.meta.url);

const HOSTS = 3;
const DESTINATION = { callMs: 20, concurrency: 10 };
/** What waits before anything is delivered. Keys are not shared evenly: enough for no host to have nothing to do. */
const WAITING = 12_000;
/** What each host delivers on average before it counts, and what all deliver while it counts. */
const WARM_UP_DELIVERIES = 500;
const DELIVERIES = Number(process.env.DEST_BENCH_DELIVERIES ?? 6_000);
const LOOK_MS = 20;

export async function measureHosts(report, { webSocketUrl }) {
  await measureSending(report, {
    name: 'hosts',
    what: 'delivery',
    least: 2.7,
    cpu: { name: 'hosts-cpu' },
    ours: () => measureDelivering(HOSTS, webSocketUrl),
    peer: () => measureDelivering(1, webSocketUrl),
  });
}

async function measureDelivering(count, host) {
  const input = { host, topic: newTopic('outbox'), ...DESTINATION };
  const hosts = [];
  try {
    for (let index = 0; index < count; index++) hosts.push(await startOne(index, input));
    for (const { send } of hosts) send({ takeIn: WAITING / count });
    const takenIn = await until(hosts, ({ takenIn }) => takenIn >= WAITING);
    for (const { send } of hosts) send({ begin: true });
    const before = await until(hosts, ({ delivered }) => delivered >= count * WARM_UP_DELIVERIES);
    const after = await until(hosts, ({ delivered }) => delivered >= before.delivered + DELIVERIES);
    const delivered = after.delivered - before.delivered;
    return {
      perSecond: delivered / ((after.at - before.at) / 1_000),
      cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / delivered,
      'cpuMicroseconds to take in': takenIn.cpuMicroseconds / WAITING,
      ...Object.fromEntries(after.each.map((each, index) => [`host ${index + 1}`, each - before.each[index]])),
    };
  } finally {
    await Promise.all(hosts.map(({ stop }) => stop()));
  }
}

/** Resolves to what hosts have told when that is enough. */
async function until(hosts, isEnough) {
  for (;;) {
    const ended = hosts.find(({ exit }) => exit !== undefined);
    if (ended !== undefined) throw new Error(`a host ended with ${ended.exit}, see above`);
    const sum = (what) => hosts.reduce((total, { told }) => total + told[what], 0);
    const now = {
      at: performance.now(),
      each: hosts.map(({ told }) => told.delivered),
      delivered: sum('delivered'),
      takenIn: sum('takenIn'),
      cpuMicroseconds: sum('cpuMicroseconds'),
    };
    if (isEnough(now)) return now;
    await sleep(LOOK_MS);
  }
}

async function startOne(index, input) {
  const folder = makeWorkFolder();
  const one = { told: { delivered: 0, takenIn: 0, cpuMicroseconds: 0 }, exit: undefined };
  const { ended, send, stop } = await startService(script, { ...input, folder, index }, (told) => (one.told = told));
  void ended.then((exit) => (one.exit = exit));
  return Object.assign(one, {
    send,
    stop: async () => {
      await stop();
      removeWorkFolder(folder);
    },
  });
}
