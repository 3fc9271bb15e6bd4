import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { Observed } from './support/observed';
import { PacedClock, turns } from './support/paced-clock';

const mapping = 'event@n';
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', note));
afterAll(() => process.off('unhandledRejection', note));
afterEach(() => expect(unhandled).toEqual([]));

test('fault 8: one destination hangs, another is 5 s slow: neither keeps a third one waiting', async () => {
  const clock = new PacedClock();
  const observer = new Observed();
  let hangs = true;
  const hung: { readonly resolve: () => void; readonly reject: (reason: Error) => void }[] = [];
  const hanging = recordingDestination('hanging', {
    dispatch: () => (hangs ? new Promise((resolve, reject) => hung.push({ resolve, reject })) : undefined),
  });
  const slow = recordingDestination('slow', {
    dispatch: () => new Promise((resolve) => void clock.schedule(5_000, resolve)),
  });
  const healthy = recordingDestination('healthy');
  const delivery = { concurrency: 2, timeoutMs: 30_000 };
  const host = await startedHost(
    {
      destinations: [
        { id: 'hanging', package: 'hanging', mapping, delivery },
        { id: 'slow', package: 'slow', mapping, delivery },
        { id: 'healthy', package: 'healthy', mapping, delivery: { ordering: 'strict' } },
      ],
    },
    { register: [hanging.class, slow.class, healthy.class], clock, observer },
  );

  for (const n of numbers(0, 20)) await host.dispatch(order(n));
  await turns();
  // No time has passed.
  expect(healthy.delivered).toEqual(numbers(0, 20));
  expect([hanging.calls.length, slow.calls.length, slow.delivered.length]).toEqual([2, 2, 0]);

  await clock.pass(25_000);
  for (const n of numbers(20, 30)) await host.dispatch(order(n));
  await turns();
  expect(healthy.delivered).toEqual(numbers(0, 30));
  expect(slow.delivered).toHaveLength(10);
  expect(hanging.calls).toHaveLength(2);

  // The deadline: both calls are cut off, and the one instance closed before there is another.
  await clock.pass(5_000);
  expect(hanging.calls.slice(0, 2).map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(hanging.lifecycle).toEqual(['open', 'close']);
  expect((await host.lanes())[0]).toMatchObject({
    inFlight: 0,
    waiting: 30,
    state: 'backing-off',
    lastFailure: { code: 'DEADLINE_EXCEEDED' },
  });

  // What comes too late is ignored, be it good or bad.
  hung[0]?.resolve();
  hung[1]?.reject(new Error('too late'));
  await turns();
  expect((await host.lanes())[0]).toMatchObject({ waiting: 30 });
  expect(observer.envelopes('delivered', 'hanging')).toEqual([]);

  // Its slots are free: it is tried again, and once it answers, everything arrives.
  hangs = false;
  await clock.pass(600_000);
  expect(new Set(observer.envelopes('delivered', 'hanging')).size).toBe(30);
  expect(observer.envelopes('delivered', 'hanging')).toHaveLength(30);
  expect(observer.envelopes('delivered', 'slow')).toHaveLength(30);
  expect(observer.envelopes('failed')).toEqual([]);
  expect((await host.lanes()).map(({ waiting }) => waiting)).toEqual([0, 0, 0]);
});

test('fault 8: others that hang with all the calls they may make leave a lane all of its own', async () => {
  const clock = new PacedClock();
  const hanging = recordingDestination('hanging', { dispatch: () => new Promise<void>(() => undefined) });
  // Nobody's call ends before all of them are under way.
  const together = 8;
  const met: (() => void)[] = [];
  const healthy = recordingDestination('healthy', {
    dispatch: () =>
      new Promise<void>((resolve) => {
        met.push(resolve);
        if (met.length === together) for (const go of met.splice(0)) go();
      }),
  });
  const others = numbers(0, 30).map((n) => ({ id: `other-${n}`, package: 'hanging', mapping }));
  const delivery = { concurrency: together };
  const host = await startedHost(
    { shutdownMs: 10, destinations: [...others, { id: 'healthy', package: 'healthy', mapping, delivery }] },
    { register: [hanging.class, healthy.class], clock },
  );
  for (const n of numbers(0, together * 3)) await host.dispatch(order(n));
  await turns();
  // No time has passed; the others have as many calls under way as their configuration allows when it says nothing.
  const { concurrency } = host.application.destinations[0]!.compiled.destination.delivery;
  expect(concurrency).toBeGreaterThan(1);
  expect(hanging.calls).toHaveLength(others.length * concurrency);
  expect(healthy.delivered.toSorted()).toEqual(numbers(0, together * 3).toSorted());
  clock.advance(60_000);
});

test('fault 8: a call that is done after its deadline is made again, marked as possibly delivered', async () => {
  const clock = new PacedClock();
  const observer = new Observed();
  const late = recordingDestination('late', {
    dispatch: (_call, count) => new Promise((resolve) => void clock.schedule(count === 1 ? 5_000 : 100, resolve)),
  });
  const host = await startedHost(
    { destinations: [{ id: 'late', package: 'late', mapping, delivery: { timeoutMs: 3_000 } }] },
    { register: [late.class], clock, observer },
  );
  await host.dispatch(order(1));
  await clock.pass(60_000);
  expect(late.delivered).toEqual([1, 1]);
  expect(late.calls.map(({ keys, possiblyDelivered }) => [keys[0], possiblyDelivered[0]])).toEqual([
    ['order-1:late', false],
    ['order-1:late', true],
  ]);
  expect(observer.settlements.map(({ outcome }) => outcome.status)).toEqual(['retry', 'delivered']);
});
