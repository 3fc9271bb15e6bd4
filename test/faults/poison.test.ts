import { allDeadLetters } from './support/all-dead-letters';
import { endHostChildren, HostChild } from './support/host-child';
import { order, orders } from './support/order';
import { arrivals, readSink } from './support/sink-files';
import { persistent, WorkFolder } from './support/work-folder';

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

/** Starts hosts until one lives until everything is drained. Returns it, and how many died before. */
async function restartUntilDrained(config: string): Promise<{ readonly child: HostChild; readonly crashes: number }> {
  for (let crashes = 0; ; crashes++) {
    const child = new HostChild({ config });
    await child.ready.catch(() => undefined);
    const drained = child.call('drain', { waitForRetries: true }).then(
      () => true,
      () => false,
    );
    if (await Promise.race([drained, child.exited.then(() => false)])) return { child, crashes };
    // A poison that is never found kills for ever.
    if (crashes > 20) throw new Error('The host still crashes');
  }
}

const cases = [
  { name: 'one by one', package: 'single-sink', innocents: 60, delivery: { concurrency: 4 } },
  { name: 'in a batch of 500', package: 'batch-sink', innocents: 499, delivery: { batch: { maxItems: 500 } } },
  {
    name: 'in ordered batches',
    package: 'batch-sink',
    innocents: 200,
    delivery: { ordering: 'key', batch: { maxItems: 50, lingerMs: 0 } },
  },
] as const;

test.each(cases)(
  'fault 25: in flight at three crashes in a row, $name: quarantined, the rest goes on',
  async ({ package: name, innocents, delivery }) => {
    const [sinkNotes, otherNotes] = [folder.file('sink.notes'), folder.file('other.notes')];
    const config = folder.configure([
      {
        id: 'sink',
        package: name,
        init: { file: sinkNotes, crashes: true },
        delivery: { ...persistent, ...delivery },
      },
      { id: 'other', package: 'single-sink', init: { file: otherNotes }, delivery: persistent },
    ]);
    const sent = orders('innocent', innocents);
    const guilty = order('guilty', { poison: true });
    const all = [...sent.slice(0, innocents / 3), guilty, ...sent.slice(innocents / 3)];
    const accepting = new HostChild({ config, deliver: false });
    await accepting.ready;
    await accepting.dispatch(all);
    await accepting.close();

    const { child, crashes } = await restartUntilDrained(config);
    const letters = await allDeadLetters(child);
    await child.close();
    expect(crashes).toBe(3);
    expect(letters.map(({ envelopeId, lane, failure }) => [envelopeId, lane.destination, failure.code])).toEqual([
      ['guilty', 'sink', 'CRASHED_HOST'],
    ]);
    expect([...arrivals(sinkNotes).keys()].sort()).toEqual(sent.map(({ id }) => id).sort());
    // The other lane has nothing to do with it.
    expect([...arrivals(otherNotes).keys()].sort()).toEqual(all.map(({ id }) => id).sort());
    const known = new Set<string>();
    for (const { idempotencyKey, possiblyDelivered } of readSink(sinkNotes).deliveries) {
      if (known.has(idempotencyKey)) expect([idempotencyKey, possiblyDelivered]).toEqual([idempotencyKey, true]);
      known.add(idempotencyKey);
    }
  },
  120_000,
);

test('fault 25: two guilty ones in one batch are both found', async () => {
  const notes = folder.file('notes');
  const config = folder.configure([
    { id: 'sink', package: 'batch-sink', init: { file: notes, crashes: true }, delivery: persistent },
  ]);
  const innocents = orders('innocent', 40);
  const accepting = new HostChild({ config, deliver: false });
  await accepting.ready;
  await accepting.dispatch([order('guilty-1', { poison: true }), ...innocents, order('guilty-2', { poison: true })]);
  await accepting.close();

  const { child, crashes } = await restartUntilDrained(config);
  const letters = await allDeadLetters(child);
  await child.close();
  expect(letters.map(({ envelopeId, failure }) => [envelopeId, failure.code]).sort()).toEqual([
    ['guilty-1', 'CRASHED_HOST'],
    ['guilty-2', 'CRASHED_HOST'],
  ]);
  expect(crashes).toBeLessThanOrEqual(6);
  expect([...arrivals(notes).keys()].sort()).toEqual(innocents.map(({ id }) => id).sort());
}, 120_000);
