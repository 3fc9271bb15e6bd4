import { TransientError, type Envelope } from '@dest/core';
import { startHost } from '@dest/host';
import * as fc from 'fast-check';
import { allDelivered, recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { startedHost } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { keptOutboxes, outboxTypes } from './support/kept-outbox';
import { PacedClock, turns, until } from './support/paced-clock';
import { stopAfterwards } from './support/stop-afterwards';

const destination = (delivery: object = {}): object => ({
  id: 'd',
  package: 'target',
  onProfileChangeOnly: true,
  mapping: { who: 'profile@id', version: 'profile@version' },
  delivery: { coalesce: 'latest', concurrency: 1, ...delivery },
});

const profile = (id: string, version: number): Envelope => ({
  id: `${id}-${version}`,
  profile: { id, version },
  changes: ['version'],
});

const HOUR = 3_600_000;

describe('coalesce: latest', () => {
  test('what waits is replaced by its newer version, in its place', async () => {
    const releases: (() => void)[] = [];
    const target = recordingDestination('target', { dispatch: () => new Promise((resolve) => releases.push(resolve)) });
    const host = await startedHost({ destinations: [destination()] }, { register: [target.class] });
    await host.dispatch(profile('first', 1));
    await turns();
    for (const version of [1, 2, 3]) {
      await host.dispatch(profile('a', version));
      await host.dispatch(profile('b', version));
    }
    expect((await host.lanes())[0]).toMatchObject({ waiting: 3, inFlight: 1 });
    while ((await host.lanes())[0]!.waiting > 0) {
      for (const release of releases.splice(0)) release();
      await turns();
    }
    expect(target.delivered).toEqual([
      { who: 'first', version: 1 },
      { who: 'a', version: 3 },
      { who: 'b', version: 3 },
    ]);
  });

  test.each([
    ['works', undefined],
    ['fails', new TransientError('not now')],
  ])(
    'a newer version of what is under way waits until that ended, and follows it, where it %s',
    async (_how, error) => {
      let finish = (): void => undefined;
      const target = recordingDestination('target', {
        dispatch: (_call, count) => {
          if (count > 1) return;
          return new Promise((resolve, reject) => (finish = error === undefined ? resolve : () => reject(error)));
        },
      });
      const host = await startedHost({ destinations: [destination({ concurrency: 4 })] }, { register: [target.class] });
      await host.dispatch(profile('a', 1));
      await turns();
      await host.dispatch(profile('a', 2));
      await host.dispatch(profile('a', 3));
      await turns();
      expect(target.calls).toHaveLength(1);
      finish();
      await host.drain({ waitForRetries: true });
      expect(target.calls.map(({ data }) => (data[0] as { version: number }).version)).toEqual([1, 3]);
      expect(target.delivered.at(-1)).toEqual({ who: 'a', version: 3 });
      // The later one is another message to the other side, and was never tried before.
      expect(target.calls.map(({ keys, possiblyDelivered }) => [keys[0], possiblyDelivered[0]])).toEqual([
        ['a-1:d', false],
        ['a-3:d', false],
      ]);
    },
  );

  test('a newer version of what waits for a retry is sent at once, and the older one never again', async () => {
    const clock = new PacedClock();
    const target = recordingDestination('target', {
      dispatch: (_call, count) => {
        if (count === 1) throw new TransientError('later', { retryAfterMs: HOUR });
      },
    });
    const host = await startedHost({ destinations: [destination()] }, { register: [target.class], clock });
    await host.dispatch(profile('a', 1));
    await clock.pass(1_000);
    await host.dispatch(profile('a', 2));
    await turns();
    expect(target.delivered).toEqual([{ who: 'a', version: 2 }]);
    await clock.pass(2 * HOUR);
    expect(target.calls).toHaveLength(2);
  });

  test('events are none of it: every one is delivered', async () => {
    const target = recordingDestination('target');
    const host = await startedHost(
      { destinations: [{ ...destination(), onProfileChangeOnly: false, mapping: 'event@n' }] },
      { register: [target.class] },
    );
    await Promise.all([1, 2, 3].map((n) => host.dispatch({ event: { type: 'a', n }, profile: { id: 'a' } })));
    await host.drain();
    expect(target.delivered.toSorted()).toEqual([1, 2, 3]);
  });

  test('whatever comes when: versions of a profile never go back, and the last one arrives', async () => {
    const step = fc.record({
      who: fc.constantFrom('a', 'b', 'c'),
      /** How long the call takes that is made next. */
      takesMs: fc.constantFrom(0, 1, 30, 300),
      fails: fc.boolean(),
      pauseMs: fc.constantFrom(0, 0, 1, 20, 200),
    });
    const options = fc.record({
      ordering: fc.constantFrom('none', 'key', 'strict'),
      concurrency: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { minLength: 1, maxLength: 30 }), async (delivery, steps) => {
        const clock = new PacedClock();
        const plan = [...steps];
        const seen: Record<string, number[]> = {};
        const target = recordingDestination('target', {
          dispatch: async ({ data: [data] }) => {
            const { who, version } = data as { who: string; version: number };
            const { takesMs, fails } = plan.shift() ?? { takesMs: 0, fails: false };
            (seen[who] ??= []).push(version);
            if (takesMs > 0) await new Promise<void>((resolve) => void clock.schedule(takesMs, resolve));
            if (fails) throw new TransientError('not now');
          },
        });
        const retry = { maxAttempts: 1_000, initialDelayMs: 10, maxDelayMs: 100 };
        const host = await startedHost(
          { destinations: [destination({ ...delivery, retry })] },
          { register: [target.class], clock },
        );
        const last = new Map<string, number>();
        for (const [version, { who, pauseMs }] of steps.entries()) {
          await host.dispatch(profile(who, version));
          last.set(who, version);
          await clock.pass(pauseMs);
        }
        await clock.pass(HOUR);
        expect((await host.lanes())[0]).toMatchObject({ waiting: 0 });
        for (const [who, version] of last) {
          expect(seen[who]).toEqual(seen[who]?.toSorted((left, right) => left - right));
          expect(target.delivered.findLast((data) => (data as { who: string }).who === who)).toEqual({ who, version });
        }
        expect(await host.countDeadLetters({})).toBe(0);
        await host.close();
      }),
      { numRuns: 60 },
    );
  });

  test.each(outboxTypes)('after a restart there is the latest alone (%s)', async (type) => {
    const kept = keptOutboxes[type]();
    let down = true;
    const target = recordingDestination('target', {
      dispatch: () => {
        if (down) throw new TransientError('down', { scope: 'destination' });
      },
    });
    const config = configFile({ outbox: kept.configuration, destinations: [destination()] });
    const start = () => startHost({ config: config.path, register: [target.class], ...kept.options });
    const before = await start();
    for (const version of [1, 2, 3]) await before.dispatch(profile('a', version));
    await before.close();
    down = false;
    const host = await start();
    stopAfterwards(() => host.close());
    await host.resume('d');
    await host.drain({ waitForRetries: true });
    expect(target.delivered).toEqual([{ who: 'a', version: 3 }]);
  });

  test('the newer version has the changes of both', async () => {
    const seen: unknown[] = [];
    let release = (): void => undefined;
    const target = recordingDestination('target', {
      batch: async (items, _call, count) => {
        seen.push(items.map(({ changes }) => changes));
        if (count === 1) await new Promise<void>((resolve) => (release = resolve));
        return allDelivered(items);
      },
    });
    const host = await startedHost(
      { destinations: [destination({ batch: { lingerMs: 0 } })] },
      { register: [target.class] },
    );
    await host.dispatch(profile('z', 1));
    await until(() => seen.length === 1);
    await host.dispatch({ profile: { id: 'a', email: 'e', phone: 'p' }, changes: ['email'] });
    await host.dispatch({ profile: { id: 'a', email: 'e', phone: 'q' }, changes: ['phone'] });
    release();
    await host.drain();
    expect(seen[1]).toEqual([['email', 'phone']]);
  });

  test.each(outboxTypes)('an event that waits is never replaced by a profile with its key (%s)', async (type) => {
    const kept = keptOutboxes[type]();
    let release = (): void => undefined;
    const target = recordingDestination('target', {
      dispatch: (_call, count) => (count > 1 ? undefined : new Promise((resolve) => (release = resolve))),
    });
    const mapping = { n: 'event@n', version: 'profile@version' };
    const config = configFile({
      outbox: kept.configuration,
      destinations: [{ id: 'd', package: 'target', mapping, delivery: { coalesce: 'latest', concurrency: 1 } }],
    });
    const host = await startHost({ config: config.path, register: [target.class], ...kept.options });
    stopAfterwards(() => host.close());
    await host.dispatch({ event: { type: 'first' } });
    await until(() => target.calls.length === 1);
    await host.dispatch({ event: { type: 'order', n: 1 }, profile: { id: 'a', version: 1 } });
    await host.dispatch({ profile: { id: 'a', version: 2 } });
    await host.dispatch({ profile: { id: 'a', version: 3 } });
    release();
    await host.drain({ waitForRetries: true });
    expect(target.delivered.slice(1)).toEqual([
      { n: 1, version: 1 },
      { n: null, version: 3 },
    ]);
  });
});
