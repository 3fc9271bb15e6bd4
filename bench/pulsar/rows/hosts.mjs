// Three hosts that share the work by a Pulsar outbox, against one. Who waits 20 ms a call is bound by that, not by processors.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../support/child.mjs';
import { MEASURE_MS, WARM_UP_MS } from '../../support/flow.mjs';
import { inTurn } from '../../support/in-turn.mjs';
import { SkippedError } from '../../support/skipped-error.mjs';
import { makeWorkFolder, removeWorkFolder } from '../../support/work-folder.mjs';
import { newTopic } from '../topics.mjs';

const script = new URL('../children/outbox-host.mjs', import.meta.url);

const OUTBOX = '@dest/pulsar#outbox';
const REGISTRATION = Symbol.for('@dest/core/registration@1');
const DESTINATION = { callMs: 20, concurrency: 10 };
const MOST_PER_SECOND = (DESTINATION.concurrency * 1_000) / DESTINATION.callMs;
/** Each takes in more than it can deliver: none has ever nothing to do. */
const PER_SECOND = MOST_PER_SECOND * 1.4;

/** @throws SkippedError where the package doesn't have an outbox */
function requireOutbox() {
  const registered = Object.values(
    createRequire(import.meta.url)('../../../packages/destinations/pulsar/dist/index.js'),
  );
  if (registered.some((value) => value?.[REGISTRATION]?.options.package === OUTBOX)) return;
  throw new SkippedError(`${OUTBOX} is not available: no class of @dest/pulsar is registered under that name.`);
}

export async function measureHosts(report, { webSocketUrl }) {
  requireOutbox();
  const measured = await inTurn(
    'hosts',
    () => deliveredPerSecond(3, webSocketUrl),
    () => deliveredPerSecond(1, webSocketUrl),
  );
  report.add({ name: 'hosts', unit: 'deliveries/s', least: 2.7, more: true, ...measured });
}

async function deliveredPerSecond(count, host) {
  const input = { host, topic: newTopic('outbox'), perSecond: PER_SECOND, ...DESTINATION };
  const hosts = [];
  try {
    for (let index = 0; index < count; index++) hosts.push(await startOne(index, input));
    await sleep(WARM_UP_MS);
    const before = hosts.map(({ told }) => told.last);
    await sleep(MEASURE_MS);
    const rates = hosts.map(({ told: { last } }, index) => {
      const { at, delivered } = before[index];
      return ((last.delivered - delivered) / (last.at - at)) * 1_000;
    });
    console.error(`hosts: ${rates.map((each) => Math.round(each)).join(' + ')} deliveries/s`);
    return rates.reduce((sum, each) => sum + each, 0);
  } finally {
    await Promise.all(hosts.map(({ stop }) => stop()));
  }
}

async function startOne(index, input) {
  const folder = makeWorkFolder();
  const told = { last: undefined };
  const { stop } = await startService(script, { ...input, folder, index }, (message) => (told.last = message));
  return {
    told,
    stop: async () => {
      await stop();
      removeWorkFolder(folder);
    },
  };
}
