import type { LaneStatus } from '@dest/host';
import { writeFileSync } from 'node:fs';
import { endHostChildren, HostChild } from './support/host-child';
import { readSink } from './support/sink-files';
import { isSoak } from './support/soak';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

const WAITING = isSoak ? 1_000_000 : 200_000;

/** What a backlog may take up beside an empty outbox. */
const MORE_MEMORY = 100 * 1_048_576;

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

interface Memory {
  readonly rss: number;
}

/** Starts a host and has it deliver something. Returns what it has in memory then. */
async function startAndDeliver(
  config: string,
  notes: string,
): Promise<{ readonly child: HostChild; readonly rss: number; readonly seconds: string }> {
  const startedAt = performance.now();
  const child = new HostChild({ config, nodeOptions: ['--expose-gc'] });
  await child.ready;
  const readyAt = performance.now();
  await until(() => readSink(notes).deliveries.length > 0);
  const deliveredAt = performance.now();
  const { rss } = await child.call<Memory>('memory');
  const seconds = [readyAt, deliveredAt].map((at) => ((at - startedAt) / 1_000).toFixed(1)).join(' s, first delivery ');
  return { child, rss, seconds };
}

test.each(['none', 'key'])(
  `fault 24: ${WAITING} deliveries waiting at start (ordering: %s): delivers at once, memory flat`,
  async (ordering) => {
    const configure = (notes: string, gate: string, outbox: string): string =>
      folder.configure(
        [
          {
            id: 'sink',
            package: 'batch-sink',
            init: { file: notes, gate },
            delivery: { ...persistent, ordering, maxBytes: '8GiB', concurrency: 1, batch: { maxItems: 100 } },
          },
        ],
        { outbox: { type: 'sqlite', path: outbox, ballast: '64KiB' } },
      );
    const open = folder.file('open');
    writeFileSync(open, '');
    const emptyNotes = folder.file('empty.notes');
    const empty = new HostChild({
      config: configure(emptyNotes, open, folder.file('empty/outbox.db')),
      deliver: false,
    });
    await empty.ready;
    await empty.call('fill', { count: 1, atOnce: 1, event: { type: 'order' }, idPrefix: 'e' });
    await empty.close();
    const base = await startAndDeliver(configure(emptyNotes, open, folder.file('empty/outbox.db')), emptyNotes);
    await base.child.close();

    const notes = folder.file('notes');
    const filling = new HostChild({ config: configure(notes, open, folder.outbox), deliver: false });
    await filling.ready;
    await filling.call('fill', { count: WAITING, atOnce: 5_000, event: { type: 'order' }, idPrefix: 'e' });
    await filling.kill();

    const { child, rss, seconds } = await startAndDeliver(configure(notes, open, folder.outbox), notes);
    const [lane] = await child.call<readonly LaneStatus[]>('lanes');
    await until(() => readSink(notes).deliveries.length > 5_000);
    const later = await child.call<Memory>('memory');
    await child.kill();
    const mebibytes = [base.rss, rss, later.rss].map((bytes) => Math.round(bytes / 1_048_576));
    console.log(`Ready after ${seconds} s. MiB in memory: empty ${mebibytes.join(', with the backlog ')} (going on).`);
    expect(lane!.waiting).toBeGreaterThan(WAITING * 0.9);
    expect(rss - base.rss).toBeLessThan(MORE_MEMORY);
    expect(later.rss - base.rss).toBeLessThan(MORE_MEMORY);
  },
  600_000,
);
