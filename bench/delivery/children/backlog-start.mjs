// Starts a host on an outbox, delivers as fast as it can for a while, and watches its own memory.
// The clock runs since before this process was started: Node's start and loading what it needs are a part of the time.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from '../../support/child.mjs';
import { batchingDestination, startOurHost } from '../our-host.mjs';

const WATCH_MS = 3_000;
const SAMPLE_MS = 20;
const MEGABYTE = 1_000_000;

/** The most memory since the process began, in MB; the system counts kilobytes. */
const mostResident = () => (process.resourceUsage().maxRSS * 1_024) / MEGABYTE;

/** Comparable between processes. */
const now = () => performance.timeOrigin + performance.now();

await answer(async ({ folder, waiting, startedAt }) => {
  let delivered = 0;
  let firstAt;
  const arrived = new Promise((resolve) => (firstAt = resolve));
  const noop = batchingDestination('noop', async (items) => {
    if (delivered === 0) firstAt(now());
    delivered += items.length;
    return items.map(() => ({ ok: true }));
  });
  const { host } = await startOurHost(folder, [noop], {
    destinations: [{ id: 'noop', package: 'noop', delivery: { maxBytes: '16GiB' } }],
  });
  const resolvedAt = now();
  const readyAt = waiting ? Math.max(resolvedAt, await arrived) : resolvedAt;
  const rssReady = mostResident();
  let heap = 0;
  for (const until = performance.now() + WATCH_MS; performance.now() < until; await sleep(SAMPLE_MS)) {
    heap = Math.max(heap, process.memoryUsage().heapUsed / MEGABYTE);
  }
  const rss = mostResident();
  await host.close();
  return { resolvedMs: resolvedAt - startedAt, readyMs: readyAt - startedAt, delivered, rssReady, rss, heap };
});
