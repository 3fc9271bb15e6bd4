import type { LaneStatus } from '@dest/host';
import { writeFileSync } from 'node:fs';
import { endHostChildren, HostChild } from './support/host-child';
import { arrivals, envelopeIdOf, readSink, type Delivery } from './support/sink-files';
import { isSoak } from './support/soak';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

const LETTERS = isSoak ? 100_000 : 10_000;

/** A live one now and then, so that there is time for replays in between: they wait for live traffic that never pauses. */
const LIVE_EVERY_MS = 50;

/** How long a call takes. One live delivery waits for the call that is under way, and has its own. */
const CALL_MS = 20;

/** Far more than that takes, also where the machine is busy; far less than where live ones wait for replays. */
const USUAL_LATENCY_MS = 200;
const WORST_LATENCY_MS = 2_000;

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

test(`fault 26: replay of ${LETTERS} dead letters under load, killed half-way: none lost, live latency bounded`, async () => {
  const notes = folder.file('notes');
  const forgiven = folder.file('forgiven');
  const config = folder.configure([
    {
      id: 'sink',
      package: 'batch-sink',
      init: { file: notes, refuses: true, forgiven, delayMs: CALL_MS },
      // Live ones and replays have but one call between them.
      delivery: { ...persistent, concurrency: 1, batch: { maxItems: 50, lingerMs: 0 } },
    },
  ]);
  const acceptedAt = new Map<string, number>();
  const startChild = (environment: Readonly<Record<string, string>>): HostChild =>
    new HostChild({
      config,
      environment,
      onAnswer: (answer) => {
        if (answer.kind === 'accepted') acceptedAt.set(answer.id, answer.at);
      },
    });
  // What is refused is not noted: it kills itself when it has delivered so many, however slow this process is.
  const first = startChild({ DEST_SINK_CRASH_AFTER: String(LETTERS * 0.7) });
  await first.ready;
  const fill = { count: LETTERS, atOnce: 1_000, event: { type: 'order', refused: true }, idPrefix: 'letter' };
  await first.call('fill', fill);
  await first.call('drain');
  expect(await first.call('countDeadLetters', {})).toBe(LETTERS);

  writeFileSync(forgiven, '');
  const live = { everyMs: LIVE_EVERY_MS, event: { type: 'order' } };
  await first.call('startTraffic', { ...live, idPrefix: 'before' });
  expect(await first.call('replayDeadLetters', {})).toEqual({ replayed: LETTERS, unfitting: 0 });
  expect((await first.exited).signal).toBe('SIGKILL');
  const untilKill = readSink(notes).deliveries;
  const replayedBefore = replaysOf(untilKill).length;
  const latencyBefore = latencies(acceptedAt, untilKill);
  expect(replayedBefore).toBeGreaterThanOrEqual(LETTERS * 0.4);
  expect(replayedBefore).toBeLessThanOrEqual(LETTERS * 0.9);
  expect(acceptedAt.size).toBeGreaterThanOrEqual(50);

  const acceptedBefore = acceptedAt.size;
  const second = startChild({});
  await second.ready;
  await second.call('startTraffic', { ...live, idPrefix: 'after' });
  await until(async () => {
    const [lane] = await second.call<readonly LaneStatus[]>('lanes');
    return lane!.waiting < 10 && (await second.call('countDeadLetters', {})) === 0;
  });
  await second.call('stopTraffic');
  await second.call('drain', { waitForRetries: true });
  expect(await second.call('countDeadLetters', {})).toBe(0);
  await second.close();

  const counts = arrivals(notes);
  const missing = (ids: readonly string[]): readonly string[] => ids.filter((id) => !counts.has(id));
  expect(missing(Array.from({ length: LETTERS }, (_, n) => `letter-${n}`))).toEqual([]);
  expect(missing([...acceptedAt.keys()])).toEqual([]);
  const since = readSink(notes).deliveries.slice(untilKill.length);
  const lastReplay = since.findLastIndex(({ idempotencyKey }) => idempotencyKey.startsWith('letter-'));
  const acceptedAfter = new Map([...acceptedAt].filter(([id]) => id.startsWith('after-')));
  const latencyAfter = latencies(acceptedAfter, since.slice(0, lastReplay + 1));
  const told = [latencyBefore, latencyAfter].map(
    (each) => `median ${quantile(each, 0.5)}, 99 % ${quantile(each, 0.99)}`,
  );
  console.log(
    `${replayedBefore} replayed and ${acceptedBefore} live before the kill. Live latency in ms: ${told.join('; ')}.`,
  );
  for (const latency of [latencyBefore, latencyAfter]) {
    expect(quantile(latency, 0.5)).toBeLessThan(USUAL_LATENCY_MS);
    expect(quantile(latency, 0.99)).toBeLessThan(WORST_LATENCY_MS);
  }
}, 1_200_000);

function replaysOf(deliveries: readonly Delivery[]): readonly string[] {
  return [...new Set(deliveries.map(envelopeIdOf))].filter((id) => id.startsWith('letter-'));
}

/**
 * How long live ones took from their acceptance to the sink, ascending. Those that hadn't arrived by the last of the
 * deliveries took as long as until then, at least.
 */
function latencies(acceptedAt: ReadonlyMap<string, number>, deliveries: readonly Delivery[]): readonly number[] {
  const arrivedAt = new Map(deliveries.toReversed().map((delivery) => [envelopeIdOf(delivery), delivery.at]));
  const end = deliveries.at(-1)?.at ?? 0;
  const known = [...acceptedAt].filter(([id, at]) => arrivedAt.has(id) || at < end);
  return known.map(([id, at]) => (arrivedAt.get(id) ?? end) - at).toSorted((left, right) => left - right);
}

function quantile(ascending: readonly number[], part: number): number {
  return ascending[Math.floor((ascending.length - 1) * part)] ?? Infinity;
}
