// One of several hosts that share a Pulsar outbox. It takes in more than it can deliver, so that it is never idle, and tells
// now and then how much it has delivered.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { linkPackages } from '../linked-packages.mjs';

const core = createRequire(import.meta.url)('../../../packages/core/dist/index.js');
const { startHost } = createRequire(import.meta.url)('../../../packages/host/dist/index.js');

const TICK_MS = 10;
const TELL_MS = 100;
/** Numbers of envelopes are a host's own. */
const APART = 1_000_000;

let stopped = false;
let closing = async () => undefined;
const input = serve(async () => {
  stopped = true;
  await closing();
});
const { folder, index, host: address, topic, callMs, concurrency, perSecond } = input;

let delivered = 0;
class SlowDestination extends core.DestinationInterface {
  async dispatchEvent() {
    await sleep(callMs);
    delivered++;
  }
  async dispatchProfile() {}
}
const anything = core.defineSchema({ type: 'object' });
core.RegisterDestination({ package: 'slow', title: 'Slow', credentials: anything, init: anything })(SlowDestination);

linkPackages(folder);
const host = await startHost({
  from: folder,
  config: {
    version: 1,
    plugins: ['@dest/pulsar'],
    outbox: { type: 'plugin', package: '@dest/pulsar#outbox', resource: { id: 'pulsar' }, init: { topic } },
    resources: [{ id: 'pulsar', credentials: { production: { host: address } } }],
    destinations: [{ id: 'slow', package: 'slow', delivery: { concurrency } }],
  },
  register: [SlowDestination],
});
const { issues } = host.application;
if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));
closing = () => host.close();
process.send('ready');

setInterval(() => process.send({ at: performance.now(), delivered }), TELL_MS);
const startedAt = performance.now();
for (let number = 0; !stopped;) {
  const due = ((performance.now() - startedAt) / 1_000) * perSecond;
  const accepting = [];
  for (; number < due; number++) accepting.push(host.dispatch(makeEnvelope(index * APART + number)));
  await Promise.all(accepting);
  await sleep(TICK_MS);
}
