// A host under mixed faults for minutes: what its heap holds after a collection, and what it has open, as time goes by.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from '../../support/child.mjs';
import { Arrivals } from '../arrivals.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { writeSoakConfiguration } from '../soak-configuration.mjs';
import { soakDestinations } from '../soak-destinations.mjs';

const require = createRequire(import.meta.url);
const { startHost } = require('../../../packages/host/dist/index.js');
const { WebhookDestination } = require('../../../packages/destinations/webhook/dist/index.js');

const PER_SECOND = 200;
const TICK_MS = 20;
const SAMPLE_MS = 2_500;
const RELOAD_MS = 7_000;
const REPLAY_MS = 11_000;
const DESCRIPTORS = '/proc/self/fd';

function sample() {
  globalThis.gc();
  globalThis.gc();
  let descriptors = 0;
  try {
    descriptors = readdirSync(DESCRIPTORS).length;
  } catch {
    // Not on this system; the resources of Node tell alone.
  }
  const { heapUsed } = process.memoryUsage();
  return { heap: heapUsed / 1_000_000, handles: process.getActiveResourcesInfo().length + descriptors };
}

const mean = (samples, what) => samples.reduce((sum, each) => sum + each[what], 0) / samples.length;

await answer(async ({ folder, url, warmUpMs, measureMs }) => {
  const config = join(folder, 'dest.json');
  // Room for those of a minute more: a machine that stalls catches up.
  const arrivals = new Arrivals((PER_SECOND * (warmUpMs + measureMs + 60_000)) / 1_000);
  writeSoakConfiguration(config, 0, url);
  const host = await startHost({ config, register: [...soakDestinations(arrivals), WebhookDestination] });
  const start = performance.now();
  const end = start + warmUpMs + measureMs;
  const done = { dispatched: 0, confirmed: 0, reloads: 0, refusedReloads: 0, replayed: 0, dropped: 0 };

  const every = async (ms, work) => {
    while (performance.now() < end) {
      await sleep(ms);
      await work();
    }
  };

  const dispatching = every(TICK_MS, async () => {
    const wanted = Math.floor(((performance.now() - start) / 1_000) * PER_SECOND);
    const number = done.dispatched;
    done.dispatched = wanted;
    await Promise.all(
      Array.from({ length: wanted - number }, async (_, index) => {
        const { id, deliveries } = await host.dispatch(makeEnvelope(number + index));
        if (deliveries.some(({ destination }) => destination === 'healthy')) return;
        throw new Error(`${id} was not accepted for the healthy destination`);
      }),
    );
    done.confirmed = wanted;
  });

  const reloading = every(RELOAD_MS, async () => {
    const { broken } = writeSoakConfiguration(config, ++done.reloads, url);
    const { taken } = await host.reload();
    if (taken === broken) throw new Error(`reload ${done.reloads} was ${taken ? '' : 'not '}taken`);
    if (broken) done.refusedReloads++;
  });

  const replaying = every(REPLAY_MS, async () => {
    // Half of them by code are tried again; those that failed before this minute go, so that they don't pile up.
    done.dropped += await host.dropDeadLetters({ failedBefore: Date.now() - 30_000 });
    done.replayed += (await host.replayDeadLetters({ code: 'REFUSED' })).replayed;
    await host.resume('misbehaves');
  });

  const samples = [];
  const sampling = every(SAMPLE_MS, async () => {
    if (performance.now() - start < warmUpMs) return;
    samples.push(sample());
    const { heap, handles } = samples.at(-1);
    if (samples.length % 12 === 0)
      console.error(`soak: heap ${heap.toFixed(1)} MB, ${handles} open, ${JSON.stringify(done)}`);
  });

  await Promise.all([dispatching, reloading, replaying, sampling]);
  await host.drain({ timeoutMs: 5_000 });
  await host.close();
  const missing = arrivals.missing(done.dispatched);
  if (missing.length > 0) {
    const some = missing.slice(0, 10).join(', ');
    throw new Error(`of ${done.dispatched} envelopes the healthy one didn't get ${missing.length}: ${some}`);
  }
  const middle = samples.length >> 1;
  const halves = { first: samples.slice(0, middle), second: samples.slice(-middle) };
  return {
    ...done,
    heap: { first: mean(halves.first, 'heap'), second: mean(halves.second, 'heap') },
    handles: { first: mean(halves.first, 'handles'), second: mean(halves.second, 'handles') },
  };
});
