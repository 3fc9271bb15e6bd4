import type { LaneStatus } from '@dest/host';
import { writeFileSync } from 'node:fs';
import { endHostChildren, HostChild } from './support/host-child';
import { order, orders } from './support/order';
import { arrivals, readSink } from './support/sink-files';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

const DAY = 86_400_000;

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

const directions = [
  ['back', -DAY],
  ['forth', DAY],
] as const;

describe.each(directions)('fault 7: the clock is set a day %s', (_direction, offset) => {
  test('no stuck delivery: what waits for a retry is tried when it was due, and new ones at once', async () => {
    const notes = folder.file('notes');
    const free = folder.file('free');
    const config = folder.configure([
      {
        id: 'sink',
        package: 'single-sink',
        init: { file: notes, attempts: folder.file('attempts'), busyUntil: free },
        delivery: { ...persistent, retry: { maxAttempts: 1_000, initialDelayMs: 300, maxDelayMs: 300 } },
      },
    ]);
    const child = new HostChild({ config });
    await child.ready;
    await child.dispatch(orders('early', 20));
    await until(() => attempts(folder) >= 20);
    await child.call('setClock', offset);
    writeFileSync(free, '');
    await child.dispatch(orders('late', 20));
    await child.call('drain', { waitForRetries: true });
    expect(arrivals(notes).size).toBe(40);
    // Clocks go back where they came from as well.
    await child.call('setClock', 0);
    await child.dispatch(orders('last', 5));
    await child.call('drain', { waitForRetries: true });
    expect(arrivals(notes).size).toBe(45);
    expect(await child.call('countDeadLetters', {})).toBe(0);
    await child.close();
  }, 60_000);

  test('no stuck delivery across a restart', async () => {
    const notes = folder.file('notes');
    const free = folder.file('free');
    const config = folder.configure([
      {
        id: 'sink',
        package: 'single-sink',
        init: { file: notes, attempts: folder.file('attempts'), busyUntil: free },
        delivery: { ...persistent, retry: { maxAttempts: 1_000, initialDelayMs: 500, maxDelayMs: 500 } },
      },
    ]);
    const before = new HostChild({ config });
    await before.ready;
    await before.dispatch(orders('early', 20));
    await until(() => attempts(folder) >= 20);
    await before.kill();
    writeFileSync(free, '');
    const after = new HostChild({ config, clockOffsetMs: offset });
    await after.ready;
    await after.dispatch(orders('late', 20));
    await after.call('drain', { waitForRetries: true });
    expect(arrivals(notes).size).toBe(40);
    expect(await after.call('countDeadLetters', {})).toBe(0);
    await after.close();
  }, 60_000);

  test('no storm: what waits for a retry is not tried all the time', async () => {
    const config = folder.configure([
      {
        id: 'sink',
        package: 'single-sink',
        init: { attempts: folder.file('attempts'), busyUntil: folder.file('never') },
        delivery: { ...persistent, retry: { maxAttempts: 1_000, initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 } },
      },
    ]);
    // Without the jitter's chance to be short, each has its hour to wait.
    const child = new HostChild({ config, random: 0.99 });
    await child.ready;
    await child.dispatch(orders('early', 20));
    await until(() => attempts(folder) >= 20);
    for (const set of [offset, 0, offset]) {
      await child.call('setClock', set);
      await child.dispatch([order(`wakes-${set}-${Math.random()}`)]);
      // Until nothing is due.
      await child.call('drain');
    }
    expect(attempts(folder)).toBe(23);
    const [lane] = await child.call<readonly LaneStatus[]>('lanes');
    expect(lane).toMatchObject({ waiting: 23, inFlight: 0 });
    await child.kill();
  }, 60_000);
});

test('fault 7: the clock is set a day forth: what was accepted before is not too old for that', async () => {
  const notes = folder.file('notes');
  const gate = folder.file('open');
  const config = folder.configure([
    {
      id: 'sink',
      package: 'single-sink',
      init: { file: notes, gate },
      delivery: { ...persistent, retry: { ...persistent.retry, maxAge: '1h' } },
    },
  ]);
  const child = new HostChild({ config });
  await child.ready;
  // A lane reads a thousand ahead: most are read after the clock was set.
  const count = 3_000;
  await child.dispatch(orders('early', count));
  await until(async () => (await child.call<readonly LaneStatus[]>('lanes'))[0]!.inFlight > 0);
  await child.call('setClock', DAY);
  writeFileSync(gate, '');
  await child.call('drain', { waitForRetries: true });
  expect(await child.call('countDeadLetters', {})).toBe(0);
  expect(arrivals(notes).size).toBe(count);
  await child.close();
}, 60_000);

/** How many tries there were so far. */
function attempts(work: WorkFolder): number {
  return readSink(work.file('attempts')).deliveries.length;
}
