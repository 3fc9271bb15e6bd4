import { PermanentError, TransientError } from '@dest/core';
import * as fc from 'fast-check';
import { allDelivered, recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { PacedClock } from './support/paced-clock';

interface Start {
  readonly at: number;
  readonly items: number;
}

/** The most that is too much: by how many any stretch of time has more starts than `burst + perSecond * seconds`. */
function excess(starts: readonly Start[], perSecond: number, burst: number): number {
  let worst = -Infinity;
  for (const [index, first] of starts.entries()) {
    let items = 0;
    for (const { at, items: more } of starts.slice(index)) {
      items += more;
      worst = Math.max(worst, items - (burst + (perSecond * (at - first.at)) / 1_000));
    }
  }
  return worst;
}

const limits = fc.record({
  perSecond: fc.constantFrom(0.5, 3, 10, 40),
  burst: fc.integer({ min: 1, max: 20 }),
  batched: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 6 }),
  /** Every so many-th try fails. */
  failsEvery: fc.integer({ min: 2, max: 9 }),
  /** When each event comes, in milliseconds after the one before. */
  pauses: fc.array(fc.constantFrom(0, 0, 0, 1, 100, 5_000), { minLength: 5, maxLength: 60 }),
});

test('rate limit: in no stretch of t seconds more than burst + rate * t are started, retries too, and everything is delivered', async () => {
  await fc.assert(
    fc.asyncProperty(limits, async ({ perSecond, burst, batched, concurrency, failsEvery, pauses }) => {
      const clock = new PacedClock();
      const starts: Start[] = [];
      let tries = 0;
      const take = (items: number): void => void starts.push({ at: clock.monotonic(), items });
      const fails = (): boolean => ++tries % failsEvery === 0;
      const target = recordingDestination('target', {
        dispatch: () => {
          take(1);
          if (fails()) throw new TransientError('not now');
        },
        ...(batched
          ? {
              batch: (items: readonly unknown[]) => {
                take(items.length);
                return items.map(() => (fails() ? { ok: false, error: new TransientError('not now') } : { ok: true }));
              },
            }
          : {}),
      });
      const host = await startedHost(
        {
          destinations: [
            {
              id: 'd',
              package: 'target',
              mapping: 'event@n',
              delivery: {
                concurrency,
                rateLimit: { perSecond, burst },
                retry: { maxAttempts: 1_000, initialDelayMs: 10, maxDelayMs: 200 },
                breaker: { failuresInARow: 0, failureRate: 0 },
              },
            },
          ],
        },
        { register: [target.class], clock },
      );
      for (const [n, pause] of pauses.entries()) {
        await host.dispatch(order(n));
        await clock.pass(pause);
      }
      // Twice as long as all of it, failures included, takes at that rate.
      await clock.pass(((pauses.length * 4) / perSecond) * 1_000 + 60_000);
      expect((await host.lanes())[0]).toMatchObject({ waiting: 0 });
      expect(new Set(target.delivered).size).toBe(pauses.length);
      // A token's part that rounding may cost.
      expect(excess(starts, perSecond, burst)).toBeLessThanOrEqual(0.001);
      await host.close();
    }),
    { numRuns: 25 },
  );
});

test('rate limit: after a pause there are burst at once, then one at a time', async () => {
  const clock = new PacedClock();
  const at: number[] = [];
  const target = recordingDestination('target', { dispatch: () => void at.push(clock.monotonic()) });
  const delivery = { rateLimit: { perSecond: 2, burst: 3 }, concurrency: 10 };
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', delivery }] },
    { register: [target.class], clock },
  );
  for (let n = 0; n < 6; n++) await host.dispatch(order(n));
  await clock.pass(60_000);
  for (let n = 6; n < 10; n++) await host.dispatch(order(n));
  await clock.pass(60_000);
  expect(at).toEqual([0, 0, 0, 500, 1_000, 1_500, 60_000, 60_000, 60_000, 60_500]);
});

test('rate limit: it holds also for the halves of a batch that was refused', async () => {
  const clock = new PacedClock();
  const starts: Start[] = [];
  const target = recordingDestination('target', {
    batch: (items) => {
      starts.push({ at: clock.monotonic(), items: items.length });
      if (items.some(({ data }) => data === 3)) throw new PermanentError('no');
      return allDelivered(items);
    },
  });
  const delivery = { concurrency: 2, rateLimit: { perSecond: 8, burst: 8 }, batch: { maxItems: 8, lingerMs: 10 } };
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping: 'event@n', delivery }] },
    { register: [target.class], clock },
  );
  await Promise.all(Array.from({ length: 16 }, (_, n) => host.dispatch(order(n))));
  await clock.pass(60_000);
  expect(target.delivered).toHaveLength(15);
  expect(await host.countDeadLetters({})).toBe(1);
  expect(excess(starts, 8, 8)).toBeLessThanOrEqual(1e-6);
});

test('rate limit: a backlog goes out in whole batches, and what comes alone does not wait for others', async () => {
  const clock = new PacedClock();
  const target = recordingDestination('target', { batch: allDelivered });
  const delivery = {
    concurrency: 1,
    rateLimit: { perSecond: 100, burst: 100 },
    batch: { maxItems: 50, lingerMs: 5 },
  };
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', delivery }] },
    { register: [target.class], clock },
  );
  await Promise.all(Array.from({ length: 500 }, (_, n) => host.dispatch(order(n))));
  await clock.pass(10_000);
  expect(target.calls.map(({ data }) => data.length)).toEqual(Array<number>(10).fill(50));
  for (let n = 500; n < 520; n++) {
    await host.dispatch(order(n));
    await clock.pass(10);
  }
  expect(target.calls.slice(10).map(({ data }) => data.length)).toEqual(Array<number>(20).fill(1));
});
