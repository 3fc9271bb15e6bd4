// One of several hosts that share a Pulsar outbox. It takes in as many envelopes as it is told to, delivers nothing until it
// is told to begin, and tells now and then how many it has delivered, whoever took them in.
import { createRequire } from 'node:module';
import { cpuUsage } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { linkPackages } from '../linked-packages.mjs';

const core = createRequire(import.meta.url)('../../../packages/core/dist/index.js');
const { startHost } = createRequire(import.meta.url)('../../../packages/host/dist/index.js');

const TELL_MS = 50;
/** How many dispatches are awaited at once. */
const CALLERS = 100;
/** Numbers of envelopes are a host's own. */
const APART = 1_000_000;
/** Above what it takes until all is taken in: the first calls wait for that. */
const TIMEOUT_MS = 300_000;

let host;
let begin;
const begun = new Promise((resolve) => (begin = resolve));
const input = serve(
  () => host?.close(),
  (message) => {
    if (message.takeIn !== undefined) void takeInAll(message.takeIn);
    else begin();
  },
);
const { folder, index, host: address, topic, callMs, concurrency } = input;

let delivered = 0;
class SlowDestination extends core.DestinationInterface {
  async dispatchEvent() {
    await begun;
    await sleep(callMs);
    delivered++;
  }
  async dispatchProfile() {}
}
const anything = core.defineSchema({ type: 'object' });
core.RegisterDestination({ package: 'slow', title: 'Slow', credentials: anything, init: anything })(SlowDestination);

linkPackages(folder);
host = await startHost({
  from: folder,
  config: {
    version: 1,
    shutdownMs: 1_000,
    plugins: ['@dest/pulsar'],
    outbox: {
      type: 'plugin',
      package: '@dest/pulsar#outbox',
      resource: { id: 'pulsar' },
      init: { topic },
    },
    resources: [{ id: 'pulsar', credentials: { production: { host: address } } }],
    destinations: [{ id: 'slow', package: 'slow', delivery: { concurrency, timeoutMs: TIMEOUT_MS } }],
  },
  register: [SlowDestination],
});
const { issues } = host.application;
if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));

let number = 0;
let takenIn = 0;
// The first one subscribes to what is for the destination.
await takeIn();
process.send('ready');

setInterval(() => {
  const { user, system } = cpuUsage();
  process.send({ delivered, takenIn, cpuMicroseconds: user + system });
}, TELL_MS);

async function takeIn() {
  await host.dispatch(makeEnvelope(index * APART + number++));
  takenIn++;
}

/** Takes in until it is so many in all. */
async function takeInAll(count) {
  const caller = async () => {
    while (number < count) await takeIn();
  };
  try {
    await Promise.all(Array.from({ length: CALLERS }, caller));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
