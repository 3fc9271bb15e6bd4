import { DestRun, endDestRuns } from './support/dest-run';
import { endHostChildren, HostChild } from './support/host-child';
import { orders } from './support/order';
import { arrivals, readSink } from './support/sink-files';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

/** At 50 ms each, two at once, these take the better part of a minute: longer than a busy machine makes a signal wait. */
const MANY = 2_000;

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await Promise.all([endDestRuns(), endHostChildren()]);
  folder.remove();
});

/** A sink that needs long for many. */
function configure(notes: string, shutdownMs: number, delayMs: number): string {
  const delivery = { ...persistent, concurrency: 2 };
  const init = { file: notes, delayMs };
  return folder.configure([{ id: 'sink', package: 'single-sink', init, delivery }], { shutdownMs });
}

/** Whatever arrived before, the next host delivers the rest; only what is marked comes a second time. */
async function expectRestDelivered(notes: string, acknowledged: readonly string[], fed: number): Promise<void> {
  const next = new HostChild({ config: configure(notes, 10_000, 0) });
  await next.ready;
  await next.call('drain', { waitForRetries: true });
  expect(await next.call('countDeadLetters', {})).toBe(0);
  await next.close();
  const arrived = arrivals(notes);
  expect(acknowledged.filter((id) => !arrived.has(id))).toEqual([]);
  expect(arrived.size).toBeLessThanOrEqual(fed);
  const known = new Set<string>();
  const unmarked = readSink(notes).deliveries.filter(({ idempotencyKey, possiblyDelivered }) => {
    const isRepeat = known.has(idempotencyKey);
    known.add(idempotencyKey);
    return isRepeat && !possiblyDelivered;
  });
  expect(unmarked).toEqual([]);
}

test('fault 3: SIGTERM under load: drained to the deadline, the rest kept', async () => {
  const notes = folder.file('notes');
  const run = new DestRun(configure(notes, 3_000, 50));
  await run.take(orders('early', MANY));
  await until(() => arrivals(notes).size > 0);
  run.feed(orders('late', 200));
  const before = arrivals(notes).size;
  run.signal('SIGTERM');
  expect(await run.exited).toEqual({ code: 143, signal: null });
  const drained = arrivals(notes).size;
  expect(drained).toBeGreaterThan(before);
  expect(drained).toBeLessThan(MANY);
  await expectRestDelivered(notes, run.acknowledged, MANY + 200);
}, 120_000);

test('fault 3: a second signal exits, the rest kept', async () => {
  const notes = folder.file('notes');
  const run = new DestRun(configure(notes, 600_000, 50));
  await run.take(orders('early', MANY));
  await until(() => arrivals(notes).size > 0);
  run.signal('SIGTERM');
  const before = arrivals(notes).size;
  // It goes on after the first one.
  await until(() => arrivals(notes).size > before + 4);
  run.signal('SIGTERM');
  expect(await run.exited).toEqual({ code: 143, signal: null });
  expect(arrivals(notes).size).toBeLessThan(MANY);
  await expectRestDelivered(notes, run.acknowledged, MANY);
}, 120_000);

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)(
  'fault 3: %s with time enough: everything is drained, nothing is left',
  async (signal, code) => {
    const notes = folder.file('notes');
    const run = new DestRun(configure(notes, 600_000, 5));
    await run.take(orders('early', 200));
    run.signal(signal);
    expect(await run.exited).toEqual({ code, signal: null });
    const delivered = readSink(notes).deliveries.length;
    expect(delivered).toBe(200);
    await expectRestDelivered(notes, run.acknowledged, 200);
    expect(readSink(notes).deliveries).toHaveLength(delivered);
  },
  120_000,
);
