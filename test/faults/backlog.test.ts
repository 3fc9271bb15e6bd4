import type { LaneStatus } from '@dest/host';
import { writeFileSync } from 'node:fs';
import { endHostChildren, HostChild } from './support/host-child';
import { readSink } from './support/sink-files';
import { isSoak } from './support/soak';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

const FEW = 20_000;
const MANY = isSoak ? 1_000_000 : 200_000;

const MEBIBYTE = 1_048_576;
/** What a start takes more with many waiting than with few: no more than it varies by. What is kept of each is more. */
const MORE_HEAP = 1 * MEBIBYTE;
/** The same pages of the outbox are read, whatever waits. Of what waits a number each would be more. */
const MORE_READ = 1 * MEBIBYTE;
/** The outbox holds pages of its file in memory, 32 MiB at most, and has them from the first call on. */
const MORE_MEMORY = 10 * MEBIBYTE;
const MORE_WHILE_DELIVERING = 100 * MEBIBYTE;
/** Where the system doesn't tell what was read. */
const LONGER_MS = 1_000;

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
  readonly heapUsed: number;
}

/** What a host took. */
interface Start extends Memory {
  /** Until it was ready, without delivering; undefined where the system doesn't tell. */
  readonly read: number | undefined;
  readonly readyMs: number;
  /** From here on until it had its first call under way. */
  readonly callMs: number;
}

async function startHosts(config: string): Promise<Start & { readonly child: HostChild }> {
  const idle = new HostChild({ config, deliver: false });
  await idle.ready;
  const read = await idle.call<number | undefined>('bytesRead');
  await idle.close();

  const startedAt = performance.now();
  const child = new HostChild({ config, nodeOptions: ['--expose-gc'] });
  await child.ready;
  const readyMs = performance.now() - startedAt;
  // The call waits at the gate: nothing is read on meanwhile.
  await until(async () => (await child.call<readonly LaneStatus[]>('lanes'))[0]!.inFlight > 0);
  const callMs = performance.now() - startedAt;
  return { child, read, readyMs, callMs, ...(await child.call<Memory>('memory')) };
}

test.each(['none', 'key'])(
  `fault 24: ${MANY} deliveries waiting at start (ordering: %s): ready as soon as with ${FEW}, memory flat`,
  async (ordering) => {
    const [notes, gate] = [folder.file('notes'), folder.file('open')];
    const delivery = { ...persistent, ordering, maxBytes: '8GiB', concurrency: 1, batch: { maxItems: 100 } };
    const sink = { id: 'sink', package: 'batch-sink' as const, init: { file: notes, gate }, delivery };
    const config = folder.configure([sink], { shutdownMs: 1 });
    const fill = async (count: number, idPrefix: string): Promise<void> => {
      const child = new HostChild({ config, deliver: false });
      await child.ready;
      await child.call('fill', { count, atOnce: 5_000, event: { type: 'order' }, idPrefix });
      await child.close();
    };

    await fill(FEW, 'few');
    const { child: small, ...few } = await startHosts(config);
    await small.close();
    await fill(MANY - FEW, 'many');
    const { child, ...many } = await startHosts(config);
    expect((await child.call<readonly LaneStatus[]>('lanes'))[0]!.waiting).toBe(MANY);

    writeFileSync(gate, '');
    await until(() => readSink(notes).deliveries.length > 5_000);
    const delivering = await child.call<Memory>('memory');
    await child.kill();
    console.log(
      `With ${FEW}: ${told(few)}. With ${MANY}: ${told(many)}; then, while it delivers: ${told(delivering)}.`,
    );
    expect(many.heapUsed - few.heapUsed).toBeLessThan(MORE_HEAP);
    expect(many.rss - few.rss).toBeLessThan(MORE_MEMORY);
    if (many.read === undefined || few.read === undefined) {
      expect(many.callMs).toBeLessThan(few.callMs + LONGER_MS);
    } else {
      expect(many.read - few.read).toBeLessThan(MORE_READ);
    }
    expect(delivering.rss - few.rss).toBeLessThan(MORE_WHILE_DELIVERING);
  },
  600_000,
);

function told(figures: object): string {
  const tellOne = ([name, value]: readonly [string, number]): string =>
    name.endsWith('Ms') ? `${name} ${Math.round(value)}` : `${name} ${(value / MEBIBYTE).toFixed(1)} MiB`;
  return Object.entries(figures as Record<string, number>)
    .map(tellOne)
    .join(', ');
}
