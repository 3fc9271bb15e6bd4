import { PermanentError, TransientError, type BatchItem, type ItemResult } from '@dest/core';
import { MemoryOutbox } from '@dest/host';
import { VirtualClock } from '@dest/testkit';
import fc from 'fast-check';
import { passTime } from '../support/pass-time';
import { recordingDestination } from '../support/recording-destination';
import { order, startedHost } from '../support/started-host';

/** What becomes of one try of one delivery, by chance. */
type Fate = 'ok' | 'later' | 'never' | 'down';

const fates = fc.infiniteStream(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fate>('ok') },
    { weight: 2, arbitrary: fc.constant<Fate>('later') },
    { weight: 1, arbitrary: fc.constant<Fate>('never') },
    { weight: 1, arbitrary: fc.constant<Fate>('down') },
  ),
);

const schedules = fc.record({
  ordering: fc.constantFrom('none' as const, 'key' as const, 'strict' as const),
  orderedBatches: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 5 }),
  maxItems: fc.integer({ min: 1, max: 7 }),
  keys: fc.integer({ min: 1, max: 4 }),
  count: fc.integer({ min: 1, max: 40 }),
  /** How long each call takes, in milliseconds. */
  durations: fc.infiniteStream(fc.integer({ min: 0, max: 50 })),
  fates,
});

test('no schedule of results loses a delivery, has it under way twice, or starts its key out of order', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { ordering, orderedBatches, concurrency, maxItems, keys, count } = schedule;
      const clock = new VirtualClock();
      const underWay = new Set<string>();
      const outcomes = new Map<string, 'delivered' | 'failed'>();
      const starts: { key: string; n: number }[] = [];
      const problems: string[] = [];
      const fate = (): Fate => schedule.fates.next().value as Fate;

      const batch = async (items: readonly BatchItem[]): Promise<readonly ItemResult[]> => {
        for (const { idempotencyKey: id, data, key = '' } of items) {
          if (underWay.has(id)) problems.push(`${id} is under way twice`);
          if (outcomes.has(id)) problems.push(`${id} is tried after it was ${outcomes.get(id)}`);
          underWay.add(id);
          starts.push({ key, n: data as number });
        }
        const whole = fate() === 'down' && fate() === 'down';
        const results = items.map(({ idempotencyKey: id }): ItemResult => {
          const own = whole ? 'down' : fate();
          if (own === 'ok') return { ok: true };
          if (own === 'never') return { ok: false, error: new PermanentError('never', { code: id }) };
          return { ok: false, error: new TransientError('later', { scope: own === 'down' ? 'destination' : 'item' }) };
        });
        const { value: durationMs } = schedule.durations.next();
        await new Promise<void>((resolve) => clock.schedule(durationMs as number, resolve));
        for (const { idempotencyKey: id } of items) underWay.delete(id);
        return results;
      };

      const target = recordingDestination('target', { batch, orderedBatches });
      const outbox = new MemoryOutbox({ clock, dedupeWindowMs: 60_000 });
      const host = await startedHost(
        {
          destinations: [
            {
              id: 'd',
              package: 'target',
              mapping: 'event@n',
              delivery: {
                ordering,
                concurrency,
                batch: { maxItems, lingerMs: 0 },
                retry: { maxAttempts: 4, initialDelayMs: 100, maxDelayMs: 1_000 },
              },
            },
          ],
        },
        {
          register: [target.class],
          outbox,
          clock,
          observer: {
            settled: ({ delivery, outcome }) => {
              const id = `${delivery.accepted.id}:d`;
              if (outcome.status === 'retry') return;
              if (outcomes.has(id)) problems.push(`${id} is settled twice`);
              outcomes.set(id, outcome.status);
            },
          },
        },
      );
      for (let n = 0; n < count; n++) await host.dispatch(order(n, `p${n % keys}`));
      for (let waited = 0; outcomes.size < count && waited < 600; waited++) await passTime(clock, 1_000, 250);

      expect(problems).toEqual([]);
      expect(outcomes.size).toBe(count);
      expect(await outbox.lanes()).toEqual([]);
      const failed = [...outcomes.values()].filter((outcome) => outcome === 'failed').length;
      expect(await host.countDeadLetters({})).toBe(failed);
      // A batch that keeps its order may have the next ones in it already when one of it fails.
      if (!orderedBatches) {
        for (const key of ordering === 'key' ? Array.from({ length: keys }, (_, index) => `p${index}`) : []) {
          const own = starts.filter((start) => start.key === key).map(({ n }) => n);
          expect(own).toEqual(own.toSorted((left, right) => left - right));
        }
        const all = starts.map(({ n }) => n);
        if (ordering === 'strict') expect(all).toEqual(all.toSorted((left, right) => left - right));
      }
      await host.close();
    }),
    { numRuns: 60 },
  );
});
