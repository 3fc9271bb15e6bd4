import { ConfigurationError, TransientError } from '@dest/core';
import { MemoryOutbox, startHost, type Host } from '@dest/host';
import { systemClock } from '@dest/core';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { keptOutboxes, outboxTypes } from './support/kept-outbox';
import { PacedClock, turns, until } from './support/paced-clock';
import { stopAfterwards } from './support/stop-afterwards';

const mapping = 'event@n';
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

function keptMemory(): MemoryOutbox {
  const outbox = new MemoryOutbox({ clock: systemClock, dedupeWindowMs: 1_000 });
  outbox.close = () => Promise.resolve();
  return outbox;
}

describe('close', () => {
  test('delivers what is due until shutdownMs are over, cuts off what is under way, keeps the rest', async () => {
    const clock = new PacedClock();
    const outbox = keptMemory();
    const target = recordingDestination('target', {
      dispatch: () => new Promise((resolve) => void clock.schedule(1_000, resolve)),
    });
    const settings = {
      shutdownMs: 5_500,
      destinations: [{ id: 'd', package: 'target', mapping, delivery: { concurrency: 2 } }],
    };
    const host = await startedHost(settings, { register: [target.class], clock, outbox });
    for (let n = 0; n < 20; n++) await host.dispatch(order(n));
    const closed = host.close();
    await clock.pass(5_499);
    expect(target.delivered).toEqual(numbers(0, 10));
    expect(target.calls.slice(10).map(({ signal }) => signal.aborted)).toEqual([false, false]);
    await expect(host.dispatch(order(99))).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    await clock.pass(1);
    await closed;
    expect(
      target.calls.slice(10).map(({ signal }) => [signal.aborted, (signal.reason as { code: string }).code]),
    ).toEqual([
      [true, 'HOST_CLOSED'],
      [true, 'HOST_CLOSED'],
    ]);
    expect(target.lifecycle).toEqual(['open', 'close']);
    await clock.pass(60_000);
    expect(target.calls).toHaveLength(12);

    const next = await startedHost(settings, { register: [target.class], clock, outbox });
    await clock.pass(60_000);
    expect(target.delivered.slice(12).toSorted((a, b) => Number(a) - Number(b))).toEqual(numbers(10, 20));
    expect((await next.lanes())[0]).toMatchObject({ waiting: 0 });
    // The two may have arrived.
    const again = target.calls.slice(12).filter(({ possiblyDelivered }) => possiblyDelivered[0]);
    expect(again.flatMap(({ data }) => data).toSorted((a, b) => Number(a) - Number(b))).toEqual([10, 11]);
  });

  test('one that hangs takes nothing from the time that another has to close', async () => {
    const clock = new PacedClock();
    const hanging = recordingDestination('hanging', { dispatch: () => new Promise(() => undefined) });
    let closedAfterMs = 0;
    const begun = clock.now();
    const healthy = recordingDestination('healthy', {
      close: async () => {
        await new Promise<void>((resolve) => void clock.schedule(3_000, resolve));
        closedAfterMs = clock.now() - begun;
      },
    });
    const host = await startedHost(
      { shutdownMs: 5_000, destinations: ['hanging', 'healthy'].map((id) => ({ id, package: id })) },
      { register: [hanging.class, healthy.class], clock },
    );
    await host.dispatch(order(1));
    await turns();
    const closed = host.close();
    await clock.pass(5_000);
    await closed;
    expect(closedAfterMs).toBe(3_000);
  });

  test('a plugin has a second to close its instance when time is up, and no more', async () => {
    const clock = new PacedClock();
    let [flushed, isClosed] = [false, false];
    const slow = recordingDestination('slow', {
      dispatch: () => new Promise(() => undefined),
      close: async () => {
        await new Promise<void>((resolve) => void clock.schedule(900, resolve));
        flushed = true;
      },
    });
    const never = recordingDestination('never', { close: () => new Promise(() => undefined) });
    const host = await startedHost(
      { shutdownMs: 100, destinations: ['slow', 'never'].map((id) => ({ id, package: id })) },
      { register: [slow.class, never.class], clock },
    );
    await host.dispatch(order(1));
    await turns();
    const closed = host.close().then(() => (isClosed = true));
    await clock.pass(999);
    expect(isClosed).toBe(false);
    await clock.pass(101);
    await closed;
    expect(flushed).toBe(true);
  });

  test('does not wait for an instance that overran its deadline and never closes', async () => {
    const clock = new PacedClock();
    const target = recordingDestination('target', {
      dispatch: () => new Promise(() => undefined),
      close: () => new Promise(() => undefined),
    });
    const host = await startedHost(
      { shutdownMs: 300, destinations: [{ id: 'd', package: 'target', delivery: { timeoutMs: 100 } }] },
      { register: [target.class], clock },
    );
    await host.dispatch(order(1));
    await clock.pass(200);
    expect(target.lifecycle).toContain('close');
    const closed = host.close();
    await clock.pass(1_400);
    await closed;
  });

  test.each([
    ['the same', 'none'],
    ['another', 'key'],
  ])(
    'is over in time also where a call hangs that began before a reload, with %s ordering',
    async (_which, ordering) => {
      const target = recordingDestination('target', { dispatch: () => new Promise(() => undefined) });
      const configuration = (name: string, delivery: object) => ({
        shutdownMs: 100,
        destinations: [{ id: 'd', name, package: 'target', delivery: { timeoutMs: 30_000, ...delivery } }],
      });
      const config = configFile(configuration('before', {}));
      const host = await startHost({ config: config.path, register: [target.class] });
      await host.dispatch(order(1));
      await until(() => target.calls.length === 1);
      config.write(configuration('after', { ordering }));
      expect((await host.reload()).taken).toBe(true);
      const begun = Date.now();
      await host.close();
      expect(Date.now() - begun).toBeLessThan(5_000);
      expect(target.calls[0]?.signal.aborted).toBe(true);
    },
  );

  test.each<[string, () => Error]>([
    ['paused', () => new ConfigurationError('no entry')],
    ['backing off', () => new TransientError('down', { scope: 'destination' })],
    ['waiting for retries', () => new TransientError('odd', { retryAfterMs: 3_600_000 })],
  ])('does not wait for a lane that is %s', async (_name, errorOf) => {
    const clock = new PacedClock();
    const target = recordingDestination('target', { dispatch: () => Promise.reject(errorOf()) });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping }] },
      { register: [target.class], clock },
    );
    await host.dispatch(order(1));
    await turns();
    // No time passes.
    await host.close();
    expect(target.lifecycle).toEqual(['open', 'close']);
  });

  test('ends also where the outbox takes nothing any more; what was delivered may come again', async () => {
    const outbox = keptMemory();
    const settle = outbox.settle.bind(outbox);
    let full = true;
    outbox.settle = (settlements) => (full ? Promise.reject(new Error('disk full')) : settle(settlements));
    const target = recordingDestination('target');
    const settings = { shutdownMs: 50, destinations: [{ id: 'd', package: 'target', mapping }] };
    const host = await startedHost(settings, { register: [target.class], outbox });
    await host.dispatch(order(1));
    await until(() => target.delivered.length === 1);
    await host.close();
    full = false;
    const next = await startedHost(settings, { register: [target.class], outbox });
    await next.drain();
    expect(target.calls.map(({ keys }) => keys[0])).toEqual(['order-1:d', 'order-1:d']);
    expect((await next.lanes())[0]).toMatchObject({ waiting: 0 });
  });

  test.each(outboxTypes)('what was kept is delivered by the next host, each in its order (%s)', async (type) => {
    const kept = keptOutboxes[type]();
    let hangs = true;
    const target = recordingDestination('target', {
      dispatch: ({ data: [n] }) => (hangs && Number(n) >= 5 ? new Promise(() => undefined) : undefined),
    });
    const config = configFile({
      outbox: kept.configuration,
      shutdownMs: 300,
      destinations: [{ id: 'd', package: 'target', mapping, delivery: { ordering: 'key' } }],
    });
    const start = (): Promise<Host> => startHost({ config: config.path, register: [target.class], random: () => 0, ...kept.options }); // prettier-ignore
    const before = await start();
    await Promise.all(numbers(0, 30).map((n) => before.dispatch(order(n, 'one person'))));
    await until(() => target.calls.length === 6);
    await before.close();
    expect(target.delivered).toEqual(numbers(0, 5));
    hangs = false;
    const host = await start();
    stopAfterwards(() => host.close());
    await host.drain({ waitForRetries: true });
    expect(target.delivered).toEqual(numbers(0, 30));
    expect(target.calls.filter(({ possiblyDelivered }) => possiblyDelivered[0]).map(({ data }) => data[0])).toEqual([
      5,
    ]);
  });
});

describe('drain', () => {
  test('resolves when nothing is due, and where asked to when nothing waits for a retry either', async () => {
    const clock = new PacedClock();
    const target = recordingDestination('target', {
      dispatch: (_call, count) => {
        if (count === 1) throw new TransientError('not now', { retryAfterMs: 60_000 });
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping }] },
      { register: [target.class], clock },
    );
    await host.dispatch(order(1));
    expect(await host.drain()).toBe(true);
    expect(target.delivered).toEqual([]);
    let drained: boolean | undefined;
    void host.drain({ waitForRetries: true }).then((value) => (drained = value));
    const limited = host.drain({ waitForRetries: true, timeoutMs: 30_000 });
    await clock.pass(30_000);
    expect(await limited).toBe(false);
    await clock.pass(29_999);
    expect([drained, target.delivered]).toEqual([undefined, []]);
    await clock.pass(1);
    expect([drained, target.delivered]).toEqual([true, [1]]);
  });

  test('waits for a batch that is filled up, and for what the rate limit holds back', async () => {
    const clock = new PacedClock();
    const target = recordingDestination('target', { batch: (items) => items.map(() => ({ ok: true })) });
    const limited = recordingDestination('limited');
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping, delivery: { batch: { lingerMs: 5_000 } } },
          { id: 'limited', package: 'limited', mapping, delivery: { rateLimit: { perSecond: 1, burst: 1 } } },
        ],
      },
      { register: [target.class, limited.class], clock },
    );
    for (let n = 0; n < 3; n++) await host.dispatch(order(n));
    let drained = false;
    void host.drain().then(() => (drained = true));
    await clock.pass(1_999);
    expect([drained, target.delivered, limited.delivered]).toEqual([false, [], [0, 1]]);
    await clock.pass(1);
    expect([drained, limited.delivered]).toEqual([false, [0, 1, 2]]);
    await clock.pass(3_000);
    expect([drained, target.delivered]).toEqual([true, [0, 1, 2]]);
  });
});
