import { ConfigurationError, PermanentError, TransientError, type BatchItem, type ItemResult } from '@dest/core';
import { MemoryOutbox } from '@dest/host';
import { VirtualClock } from '@dest/testkit';
import fc from 'fast-check';
import { passTime } from '../support/pass-time';
import { recordingDestination, type RecordedCall } from '../support/recording-destination';
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

/** What becomes of one call, by chance: mostly its items decide. */
type CallFate = 'items' | 'down' | 'throws' | 'refuses' | 'late' | 'late failure' | 'hangs';

const callFates = fc.infiniteStream(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<CallFate>('items') },
    { weight: 3, arbitrary: fc.constantFrom<CallFate>('down', 'throws', 'refuses') },
    { weight: 2, arbitrary: fc.constantFrom<CallFate>('late', 'late failure', 'hangs') },
  ),
);

/** How long a call may take, and how long a late one does. */
const TIMEOUT_MS = 500;
const LATE_MS = 700;

const schedules = fc.record({
  ordering: fc.constantFrom('none' as const, 'key' as const, 'strict' as const),
  orderedBatches: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 5 }),
  maxItems: fc.integer({ min: 1, max: 7 }),
  keys: fc.integer({ min: 1, max: 4 }),
  count: fc.integer({ min: 1, max: 40 }),
  /** How long each call takes, in milliseconds. */
  durations: fc.infiniteStream(fc.integer({ min: 0, max: 50 })),
  callFates,
  fates,
});

test('no schedule of results loses a delivery, has it under way twice, or starts its key out of order', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { ordering, orderedBatches, concurrency, maxItems, keys, count } = schedule;
      const clock = new VirtualClock();
      const underWay = new Set<string>();
      /** What the destination took, and said so in time. */
      const taken = new Set<string>();
      const outcomes = new Map<string, 'delivered' | 'failed'>();
      const starts: { key: string; n: number }[] = [];
      const problems: string[] = [];
      const fate = (): Fate => schedule.fates.next().value as Fate;

      const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(ms, resolve));

      const batch = async (
        items: readonly BatchItem[],
        { signal }: RecordedCall,
      ): Promise<readonly ItemResult[] | undefined> => {
        for (const { idempotencyKey: id, data, key = '' } of items) {
          if (underWay.has(id)) problems.push(`${id} is under way twice`);
          if (outcomes.has(id)) problems.push(`${id} is tried after it was ${outcomes.get(id)}`);
          if (taken.has(id)) problems.push(`${id} is tried after it was taken`);
          underWay.add(id);
          starts.push({ key, n: data as number });
        }
        const ended = (): void => items.forEach(({ idempotencyKey: id }) => underWay.delete(id));
        const whole = schedule.callFates.next().value as CallFate;
        if (whole === 'late' || whole === 'late failure' || whole === 'hangs') {
          // Whatever it does after its deadline, the host goes on without it.
          signal.addEventListener('abort', ended);
          await (whole === 'hangs' ? new Promise(() => undefined) : wait(LATE_MS));
          if (whole === 'late failure') throw new PermanentError('too late', { code: 'TOO_LATE' });
          return items.map(() => ({ ok: true }));
        }
        const results = items.map(({ idempotencyKey: id }): ItemResult => {
          const own = whole === 'down' ? 'down' : fate();
          if (own === 'ok') return { ok: true };
          if (own === 'never') return { ok: false, error: new PermanentError('never', { code: id }) };
          return { ok: false, error: new TransientError('later', { scope: own === 'down' ? 'destination' : 'item' }) };
        });
        await wait(schedule.durations.next().value as number);
        ended();
        if (whole === 'throws') throw new Error('thrown');
        if (whole === 'refuses') throw new ConfigurationError('refused', { code: 'REFUSED' });
        for (const [index, { idempotencyKey: id }] of items.entries()) if (results[index]?.ok === true) taken.add(id);
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
                timeoutMs: TIMEOUT_MS,
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
              // Neither what a destination as a whole refuses nor what it says too late is a delivery's own end.
              const ownEnds = [id, 'ATTEMPTS_EXHAUSTED'];
              if (outcome.status === 'failed' && !ownEnds.includes(outcome.failure.code)) {
                problems.push(`${id} is given up for ${outcome.failure.code}`);
              }
              if ((outcome.status === 'delivered') !== taken.has(id))
                problems.push(`${id} is settled as ${outcome.status}`);
              if (outcomes.has(id)) problems.push(`${id} is settled twice`);
              outcomes.set(id, outcome.status);
            },
          },
        },
      );
      for (let n = 0; n < count; n++) await host.dispatch(order(n, `p${n % keys}`));
      for (let waited = 0; outcomes.size < count && waited < 2_000; waited++) {
        await passTime(clock, 1_000, 250);
        // Somebody looks at what was refused: the lane's own probes come slowly.
        if ((await host.lanes())[0]?.state === 'paused') await host.resume('d');
      }

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
