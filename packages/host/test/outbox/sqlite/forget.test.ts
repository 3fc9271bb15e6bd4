import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, delivered, failed, laneOf, retried } from './support/samples';

const folder = new OutboxFolder();
const lanes = ['orders', 'archive', 'people'].map(laneOf);

function isInFiles(path: string, text: string): boolean {
  return [path, `${path}-wal`].some((path) => existsSync(path) && readFileSync(path).includes(text));
}

test('nothing of a person is left in the files, whatever became of their deliveries', async () => {
  const step = fc.record({
    profile: fc.constantFrom('canary-7f', 'canary-7f', 'ada', 'bob'),
    /** Up to many pages. */
    size: fc.constantFrom(0, 300, 3_000, 9_000),
    copies: fc.integer({ min: 1, max: 3 }),
    end: fc.constantFrom('waits', 'delivered', 'retried', 'failed', 'replayed', 'coalesced'),
  });
  let round = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
    const path = join(folder.path, `${round}.db`);
    const { outbox } = await folder.open({ path });
    const prefix = `${round++}`;
    const kept: string[] = [];
    for (const [index, { profile, size, copies, end }] of steps.entries()) {
      const id = `${prefix}-${index}`;
      const { envelope, acceptedAt } = accepted(id, profile);
      const padded = { ...envelope, session: { id: 's', context: { pad: `${profile} ${'x'.repeat(size)}` } } };
      const targets = lanes.slice(0, copies);
      const coalesce = end === 'coalesced';
      await outbox.append(
        { id, envelope: padded, acceptedAt },
        targets.map((lane) => copyFor(lane, { key: profile, coalesce })),
      );
      if (profile !== 'canary-7f' && end === 'waits') kept.push(id);
      for (const lane of targets) {
        const waiting = await outbox.read(lane, { after: 0, limit: 1_000, which: 'all' });
        const mine = waiting.at(-1);
        if (mine === undefined || end === 'waits' || coalesce) continue;
        if (end === 'delivered') await outbox.settle([delivered(mine)]);
        else if (end === 'retried') await outbox.settle([retried(mine, 5)]);
        else await outbox.settle([failed(mine)]);
        if (end === 'replayed') await outbox.replayDeadLetters({}, [lane]);
      }
    }
    const before = (await outbox.lanes()).reduce((sum, { size }) => sum + size.waiting, 0);
    const receipt = await outbox.forget('canary-7f');
    expect(isInFiles(path, 'canary-7f')).toBe(false);
    const after = (await outbox.lanes()).reduce((sum, { size }) => sum + size.waiting, 0);
    expect(before - after).toBe(receipt.deliveries.length);
    const left = new Set<string>();
    for (const lane of lanes) {
      const deliveries = [
        ...(await outbox.read(lane, { after: 0, limit: 1_000, which: 'all' })),
        ...(await outbox.readReplays(lane, 1_000)),
      ];
      for (const envelope of await outbox.load(deliveries)) {
        expect(envelope?.envelope.profile?.id).not.toBe('canary-7f');
        left.add(envelope?.id ?? 'none');
      }
    }
    expect(left.has('none')).toBe(false);
    // Others may have been coalesced with what came later.
    expect(await outbox.forget('canary-7f')).toMatchObject({ deliveries: [], envelopes: 0, deadLetters: 0 });
    await outbox.close();
    expect(isInFiles(path, 'canary-7f')).toBe(false);
  });
  await fc.assert(property, { numRuns: 25, endOnFailure: false });
}, 120_000);

test('calls go on while much is searched, and what comes later stays', async () => {
  const { outbox } = await folder.open();
  const [lane] = lanes as [(typeof lanes)[0]];
  const ids = Array.from({ length: 6_000 }, (_, index) => `e-${index}`);
  await Promise.all(
    ids.map((id, index) => outbox.append(accepted(id, index % 3 === 0 ? 'ada' : 'bob'), [copyFor(lane)])),
  );
  let hasEnded = false;
  const forgotten = outbox.forget('ada').finally(() => (hasEnded = true));
  let meanwhile = 0;
  while (!hasEnded) await outbox.append(accepted(`late-${meanwhile++}`, 'ada'), [copyFor(lane)]);
  const { deliveries, envelopes } = await forgotten;
  expect([deliveries.length, envelopes]).toEqual([2_000, 2_000]);
  expect(deliveries[0]).toEqual({ id: expect.any(String) as string, destination: 'orders' });
  expect(meanwhile).toBeGreaterThan(3);
  const waiting = await outbox.read(lane, { after: 0, limit: 100_000, which: 'all' });
  const left = (await outbox.load(waiting)).map((envelope) => envelope?.id);
  const others = ids.filter((_, index) => index % 3 !== 0);
  expect(left).toEqual([...others, ...Array.from({ length: meanwhile }, (_, index) => `late-${index}`)]);
});

test('it names what lies beside the file and can’t be searched', async () => {
  const { outbox } = await folder.open();
  const damaged = `${folder.file}.damaged-20300101T000000000Z`;
  writeFileSync(damaged, 'ada');
  expect(await outbox.forget('ada')).toEqual({ deliveries: [], deadLetters: 0, envelopes: 0, unsearched: [damaged] });
});
