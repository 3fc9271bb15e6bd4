import type { LaneStatus } from '@dest/host';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { endHostChildren, HostChild } from './support/host-child';
import { order, orders } from './support/order';
import { arrivals } from './support/sink-files';
import { mountSmallDisk, smallDiskProblem, type SmallDisk } from './support/small-disk';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

const problem = smallDiskProblem();
const testWithDisk = problem === undefined ? test : test.skip;
const skipped = problem === undefined ? '' : ` (skipped: ${problem})`;

const LARGE = 'large '.repeat(2_000);

let folder: WorkFolder;
let disk: SmallDisk | undefined;

beforeEach(() => {
  folder = new WorkFolder();
  const mounted = mountSmallDisk(48);
  disk = typeof mounted === 'string' ? undefined : mounted;
});

afterEach(async () => {
  await endHostChildren();
  disk?.unmount();
  folder.remove();
});

/** The outbox is on the small disk, notes and gate are not. */
function configure(notes: string, gate: string): string {
  const outbox = { type: 'sqlite', path: join(disk!.path, 'outbox.db'), ballast: '16MiB' };
  const init = { file: notes, gate };
  const sink = {
    id: 'sink',
    package: 'batch-sink',
    init,
    delivery: { ...persistent, batch: { maxItems: 10 } },
  } as const;
  return folder.configure([sink], { outbox });
}

/** Takes up all room that is left. */
function fillDisk(): string {
  const file = join(disk!.path, 'filler');
  const descriptor = openSync(file, 'a');
  const blocks = [Buffer.alloc(65_536), Buffer.alloc(4_096), Buffer.alloc(1)];
  for (const block of blocks) {
    try {
      while (writeSync(descriptor, block) > 0);
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
  closeSync(descriptor);
  return file;
}

/** Hands in large orders that there is room for. Returns their ids. */
async function dispatchSome(child: HostChild): Promise<readonly string[]> {
  const some = orders('early', 200, { text: LARGE });
  const answers = await child.dispatch(some);
  expect(answers.map(({ kind }) => kind)).toEqual(some.map(() => 'accepted'));
  return some.map(({ id }) => id);
}

/** Hands in large orders, many at once, until some are rejected. Returns the ids that were accepted. */
async function dispatchUntilRejected(child: HostChild, prefix: string): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (let burst = 0; burst < 1_000; burst++) {
    const answers = await child.dispatch(orders(`${prefix}-${burst}`, 50, { text: LARGE }));
    const rejected = answers.filter(({ kind }) => kind === 'rejected');
    accepted.push(...answers.flatMap(({ kind, id }) => (kind === 'accepted' ? [id] : [])));
    if (rejected.length === 0) continue;
    expect(rejected[0]).toMatchObject({ code: 'OUTBOX_DISK_FULL' });
    return accepted;
  }
  throw new Error('The disk is never full');
}

async function waiting(child: HostChild): Promise<number> {
  const [lane] = await child.call<readonly LaneStatus[]>('lanes');
  return lane!.waiting;
}

testWithDisk(
  `fault 5: disk full: dispatch rejects with a code, acks go on, recovers by itself${skipped}`,
  async () => {
    const [notes, gate] = [folder.file('notes'), folder.file('gate')];
    const child = new HostChild({ config: configure(notes, gate) });
    await child.ready;
    const early = await dispatchSome(child);
    const filler = fillDisk();
    const accepted = [...early, ...(await dispatchUntilRejected(child, 'late'))];

    // Acks: all that was accepted is delivered, and nothing waits, though nobody has made room.
    writeFileSync(gate, '');
    await child.call('drain', { waitForRetries: true });
    await until(async () => (await waiting(child)) === 0);
    const once = arrivals(notes);
    expect([...once.keys()].sort()).toEqual([...accepted].sort());

    rmSync(filler);
    await until(async () => (await child.dispatch([order('again', { text: LARGE })]))[0]?.kind === 'accepted');
    await child.call('drain', { waitForRetries: true });
    expect(arrivals(notes).has('again')).toBe(true);
    await child.close();
  },
  120_000,
);

testWithDisk(
  `fault 5: disk full, and killed: the next host starts on the full disk and delivers what was accepted${skipped}`,
  async () => {
    const [notes, gate] = [folder.file('notes'), folder.file('gate')];
    const config = configure(notes, gate);
    const child = new HostChild({ config });
    await child.ready;
    // Full of what waits, not of something else.
    const accepted = await dispatchUntilRejected(child, 'first');
    expect(accepted.length).toBeGreaterThan(1_000);
    await child.kill();
    writeFileSync(gate, '');

    const next = new HostChild({ config });
    await next.ready;
    await next.call('drain', { waitForRetries: true });
    await until(async () => (await waiting(next)) === 0);
    const arrived = arrivals(notes);
    expect(accepted.filter((id) => !arrived.has(id))).toEqual([]);
    await next.close();
  },
  120_000,
);

testWithDisk(
  `fault 5: on a disk that is full for a while nothing that was rejected is delivered${skipped}`,
  async () => {
    const [notes, gate] = [folder.file('notes'), folder.file('gate')];
    writeFileSync(gate, '');
    const child = new HostChild({ config: configure(notes, gate) });
    await child.ready;
    const accepted = new Set<string>();
    const rejected = new Map<string, string>();
    for (let round = 0; round < 3; round++) {
      const filler = fillDisk();
      for (let burst = 0; burst < 5; burst++) {
        const ids = Array.from({ length: 100 }, (_, n) => `r${round}-${burst}-${n}`);
        for (const answer of await child.dispatch(ids.map((id) => order(id, { text: LARGE })))) {
          if (answer.kind === 'accepted') accepted.add(answer.id);
          else rejected.set(answer.id, answer.code);
        }
      }
      rmSync(filler);
    }
    expect([...new Set(rejected.values())]).toEqual(['OUTBOX_DISK_FULL']);
    await child.call('drain', { waitForRetries: true });
    const arrived = arrivals(notes);
    expect([...arrived.keys()].sort()).toEqual([...accepted].sort());
    await child.close();
  },
  120_000,
);
