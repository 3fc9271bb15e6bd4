import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endHostChildren, HostChild } from './support/host-child';
import { order } from './support/order';
import { arrivals, readSink } from './support/sink-files';
import { isSoak } from './support/soak';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

const LETTERS = isSoak ? 100_000 : 10_000;

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

/** Hands in one order after the other until it is stopped, or the host is gone. Returns the ids that were accepted. */
function liveTraffic(child: HostChild, prefix: string): { readonly stop: () => Promise<readonly string[]> } {
  const accepted: string[] = [];
  let stopped = false;
  const run = async (): Promise<void> => {
    for (let n = 0; !stopped; n++) {
      const id = `${prefix}-${n}`;
      const [answer] = await child.dispatch([order(id)]);
      if (answer?.kind === 'accepted') accepted.push(id);
      await sleep(2);
    }
  };
  const running = run().catch(() => undefined);
  return {
    stop: async () => {
      stopped = true;
      await running;
      return accepted;
    },
  };
}

test(`fault 26: replay of ${LETTERS} dead letters under load, killed half-way: none lost, live deliveries go on`, async () => {
  const notes = folder.file('notes');
  const forgiven = folder.file('forgiven');
  const config = folder.configure([
    {
      id: 'sink',
      package: 'batch-sink',
      init: { file: notes, refuses: true, forgiven, delayMs: 5 },
      delivery: { ...persistent, concurrency: 2, batch: { maxItems: 50, lingerMs: 0 } },
    },
  ]);
  const first = new HostChild({ config });
  await first.ready;
  const fill = { count: LETTERS, atOnce: 1_000, event: { type: 'order', refused: true }, idPrefix: 'letter' };
  await first.call('fill', fill);
  await first.call('drain');
  expect(await first.call('countDeadLetters', {})).toBe(LETTERS);

  writeFileSync(forgiven, '');
  const before = liveTraffic(first, 'before');
  expect(await first.call('replayDeadLetters', {})).toEqual({ replayed: LETTERS, unfitting: 0 });
  await until(() => replayed(notes) > LETTERS / 20);
  await first.kill();
  const acceptedBefore = await before.stop();
  const replayedBefore = replayed(notes);
  expect(replayedBefore).toBeLessThan(LETTERS);

  const second = new HostChild({ config });
  await second.ready;
  const after = liveTraffic(second, 'after');
  await until(() => replayed(notes) >= LETTERS);
  const acceptedAfter = await after.stop();
  await second.call('drain', { waitForRetries: true });
  expect(await second.call('countDeadLetters', {})).toBe(0);
  await second.close();

  const counts = arrivals(notes);
  const missing = (ids: readonly string[]): readonly string[] => ids.filter((id) => !counts.has(id));
  expect(missing(Array.from({ length: LETTERS }, (_, n) => `letter-${n}`))).toEqual([]);
  expect(missing([...acceptedBefore, ...acceptedAfter])).toEqual([]);
  // Live ones didn't wait for the replays to end.
  const deliveries = readSink(notes).deliveries.map(({ idempotencyKey }) => idempotencyKey);
  const lastReplay = deliveries.findLastIndex((key) => key.startsWith('letter-'));
  const live = deliveries.slice(0, lastReplay).filter((key) => key.startsWith('after-')).length;
  console.log(
    `Replayed ${replayedBefore} before the kill; live before it ${acceptedBefore.length}, after it ${live} of ` +
      `${acceptedAfter.length} while replays went on.`,
  );
  expect(live).toBeGreaterThan(acceptedAfter.length / 2);
}, 1_200_000);

function replayed(notes: string): number {
  return [...arrivals(notes).keys()].filter((id) => id.startsWith('letter-')).length;
}
