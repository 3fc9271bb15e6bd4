import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ForgetReceipt, LaneIdentity } from '@dest/core';
import * as fc from 'fast-check';
import Database from 'libsql';
import { FAILED, type DeliveryFields, type Operation } from '../../../src/outbox/sqlite/protocol';
import { Store, type LateOutcome } from '../../../src/outbox/sqlite/store';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, delivered, failed, failure, laneOf, retried } from './support/samples';

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
      if (end === 'waits' || coalesce) continue;
      // At once, so that they share the syncs: on a slow disk those are what takes the time.
      await Promise.all(
        targets.map(async (lane) => {
          const mine = (await outbox.read(lane, { after: 0, limit: 1_000, which: 'all' })).at(-1);
          if (mine === undefined) return;
          if (end === 'delivered') await outbox.settle([delivered(mine)]);
          else if (end === 'retried') await outbox.settle([retried(mine, 5)]);
          else await outbox.settle([failed(mine)]);
          if (end === 'replayed') await outbox.replayDeadLetters({}, [lane]);
        }),
      );
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
  await fc.assert(property, { numRuns: 15, endOnFailure: true });
}, 240_000);

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

describe('what is under way while a person is forgotten', () => {
  const [busy, person] = [laneOf('busy'), laneOf('person')];

  /** A store in this thread, so that each step can be told from the next. */
  async function openStore(): Promise<Store> {
    const { outbox } = await folder.open();
    await outbox.append(accepted('first'), [copyFor(busy)]);
    await outbox.append(accepted('theirs', 'canary-7f'), [copyFor(person, { key: 'canary-7f' })]);
    const others = Array.from({ length: 5_500 }, (_, index) => `e-${index}`);
    await Promise.all(others.map((id) => outbox.append(accepted(id), [copyFor(busy)])));
    await outbox.close();
    return new Store({ path: folder.file, dedupeWindowMs: 1e9, ballastBytes: 0 }, () => undefined);
  }

  const ask = (store: Store, operation: Operation, lanes: readonly LaneIdentity[] = []): unknown =>
    (store.apply({ type: 'group', lanes, operations: [operation] })[0] as { readonly result: unknown }).result;

  const ways: Readonly<Record<string, (store: Store, row: DeliveryFields) => unknown>> = {
    'becomes a dead letter': (store, [id, sequence, envelope, ...row]) =>
      ask(store, {
        type: 'settle',
        lanes: [0],
        flags: [FAILED],
        sequences: [sequence as number],
        ids: [id as number],
        envelopes: [envelope as number],
        bytes: [row[8] as number],
        details: [{ attempts: 1, dueAt: 0, tries: 1, settledAt: 1, failure: JSON.stringify(failure) }],
      }),
    'is moved to another lane': (store) => ask(store, { type: 'moveLane', from: person, to: busy }),
  };

  test.each(Object.entries(ways))(
    'goes with them where it %s, after any step',
    async (_name, change) => {
      const store = await openStore();
      store.close();
      const whole = readFileSync(folder.file);
      for (let after = 0, isDone = false; !isDone; after++) {
        const path = join(folder.path, `${after}.db`);
        writeFileSync(path, whole);
        const copy = new Store({ path, dedupeWindowMs: 1e9, ballastBytes: 0 }, () => undefined);
        const read = { type: 'read', lane: person, which: 'all', after: 0, limit: 1 } as const;
        const [row] = ask(copy, read, [person]) as readonly DeliveryFields[];
        copy.apply({ type: 'group', lanes: [], operations: [{ type: 'forget', profileId: 'canary-7f' }] });
        const late: LateOutcome[] = [];
        for (let step = 0; step < after && late.length === 0; step++) late.push(...copy.step());
        isDone = late.length > 0;
        if (!isDone) change(copy, row!);
        while (copy.hasBackground) late.push(...copy.step());
        const receipts = late.map(({ outcome }) => (outcome as { readonly result: ForgetReceipt | number }).result);
        const receipt = receipts.find((found) => typeof found === 'object')!;
        expect([after, receipt.deliveries.length + receipt.deadLetters, receipt.envelopes]).toEqual([after, 1, 1]);
        expect(ask(copy, { type: 'countDeadLetters', filter: {} })).toBe(0);
        copy.close();
        expect([after, isInFiles(path, 'canary-7f')]).toEqual([after, false]);
      }
    },
    120_000,
  );
});

test('of the damaged records that were set aside those of the person go, and are counted', async () => {
  const { outbox } = await folder.open();
  await outbox.close();
  const database = new Database(folder.file);
  const contents = [
    '2\n1\n2\n0\nada\n',
    '{"profile":{"id":"ada"}',
    '{"id":"adam"} canada',
    '{"id":7,"n":17}',
    '7\n7\n',
  ];
  for (const content of contents) {
    const hex = Buffer.from(content).toString('hex');
    database.exec(`INSERT INTO quarantine(source, key, content) VALUES('deliveries', '2/1', x'${hex}')`);
  }
  database.close();
  const { outbox: next } = await folder.open();
  expect((await next.forget('ada')).quarantined).toBe(2);
  expect((await next.forget('7')).quarantined).toBe(1);
  expect((await next.forget('a')).quarantined).toBe(0);
});

test('it names what lies beside the file and can’t be searched', async () => {
  const { outbox } = await folder.open();
  const left = ['.damaged-20300101T000000000Z', '.new', '.new-wal', '.salvaged'].map((end) => folder.file + end);
  for (const file of left) writeFileSync(file, 'ada');
  expect((await outbox.forget('ada')).unsearched).toEqual(left);
});
