// From the time an envelope should be dispatched until a healthy destination has it, at a fixed rate, whatever comes back.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { batchingDestination, startOurHost } from '../our-host.mjs';

const SLOW_MS = 5_000;
/** Shorter than a run, so that deadlines pass, calls are given up and deliveries scheduled again. */
const HANG_DEADLINE_MS = 2_000;
const DELIVERED = { ok: true };

function beside() {
  const hangs = batchingDestination('hangs', () => new Promise(() => undefined));
  const slow = batchingDestination('slow', async (items) => {
    await sleep(SLOW_MS);
    return items.map(() => DELIVERED);
  });
  return {
    register: [hangs, slow],
    destinations: [
      { id: 'hangs', package: 'hangs', delivery: { timeoutMs: HANG_DEADLINE_MS } },
      { id: 'slow', package: 'slow' },
    ],
  };
}

await answer(async ({ folder, neighbours, perSecond, warmUpMs, measureMs }) => {
  const latencies = [];
  const first = (perSecond * warmUpMs) / 1_000;
  const last = first + (perSecond * measureMs) / 1_000;
  let start = 0;
  const dueAt = (number) => start + (number * 1_000) / perSecond;
  let arrived = 0;
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const healthy = batchingDestination('healthy', async (items) => {
    const now = performance.now();
    for (const { data } of items) {
      const number = Number(data.event.id.slice('event-'.length));
      if (number >= first) latencies.push(now - dueAt(number));
    }
    arrived += items.length;
    if (arrived === last) finish();
    return items.map(() => DELIVERED);
  });
  const others = neighbours ? beside() : { register: [], destinations: [] };
  const { host } = await startOurHost(folder, [healthy, ...others.register], {
    shutdownMs: 100,
    destinations: [{ id: 'healthy', package: 'healthy' }, ...others.destinations],
  });
  start = performance.now();
  for (let number = 0; number < last; number++) {
    const wait = dueAt(number) - performance.now();
    if (wait > 0) await sleep(wait);
    host.dispatch(makeEnvelope(number)).catch((error) => {
      console.error(error);
      process.exit(1);
    });
  }
  await finished;
  await host.close();
  latencies.sort((left, right) => left - right);
  return { p99: latencies[Math.floor(latencies.length * 0.99)], p50: latencies[latencies.length >> 1] };
});
