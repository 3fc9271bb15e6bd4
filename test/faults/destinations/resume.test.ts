import { ConfigurationError, TransientError } from '@dest/core';
import type { Host } from '@dest/host';
import { recordingDestination, type Recording } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { PacedClock, turns } from './support/paced-clock';

interface Rig {
  readonly host: Host;
  readonly clock: PacedClock;
  readonly target: Recording;
  failWith: Error | undefined;
}

async function start(delivery: object, failWith: Error): Promise<Rig> {
  const clock = new PacedClock();
  const state: { failWith: Error | undefined } = { failWith };
  const target = recordingDestination('target', {
    dispatch: () => {
      if (state.failWith !== undefined) throw state.failWith;
    },
  });
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping: 'event@n', delivery }] },
    { register: [target.class], clock },
  );
  return Object.assign(state, { host, clock, target });
}

const hours = { retry: { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 } };

describe('resume', () => {
  test.each<[string, object, Error]>([
    ['paused', {}, new ConfigurationError('no entry')],
    ['behind an open breaker', hours, new TransientError('down', { scope: 'destination' })],
    ['told to come back in a day', {}, new TransientError('busy', { scope: 'destination', retryAfterMs: 86_400_000 })],
    ['behind a breaker that single items opened', hours, new TransientError('odd')],
  ])('tries a destination at once that is %s; no time has to pass', async (_name, delivery, error) => {
    const rig = await start({ ...delivery, concurrency: 1 }, error);
    const { host, clock, target } = rig;
    for (let n = 0; n < 8; n++) await host.dispatch(order(n));
    await turns();
    expect((await host.lanes())[0]?.state).toMatch(/paused|backing-off/);
    const before = clock.monotonic();
    rig.failWith = undefined;
    await host.resume('d');
    await host.drain({ waitForRetries: true });
    expect(clock.monotonic()).toBe(before);
    expect(target.delivered.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect((await host.lanes())[0]).toMatchObject({ state: 'ready', waiting: 0, breaker: 'closed' });
  });

  test.each(['none', 'key', 'strict'])(
    'tries a single item that waits for its own retry (ordering %s)',
    async (ordering) => {
      const rig = await start({ ...hours, ordering }, new TransientError('odd'));
      const { host, target } = rig;
      await host.dispatch(order(1));
      await turns();
      rig.failWith = undefined;
      await host.resume('d');
      await host.drain({ waitForRetries: true });
      expect(target.delivered).toEqual([1]);
    },
  );

  test('of a destination that is still down is one probe, and it is left alone again', async () => {
    const rig = await start({}, new ConfigurationError('no entry', { code: 'NO_ENTRY' }));
    const { host, clock, target } = rig;
    for (let n = 0; n < 20; n++) await host.dispatch(order(n));
    await turns();
    target.calls.length = 0;
    await host.resume('d');
    await turns();
    expect(target.calls).toHaveLength(1);
    expect((await host.lanes())[0]).toMatchObject({ state: 'paused', waiting: 20, reason: { code: 'NO_ENTRY' } });
    await clock.pass(10_000);
    expect(target.calls).toHaveLength(1);
    rig.failWith = undefined;
    await host.resume('d');
    await host.drain({ waitForRetries: true });
    expect(target.delivered).toHaveLength(20);
  });

  test('of a destination that works changes nothing', async () => {
    const rig = await start({}, new TransientError('never thrown'));
    rig.failWith = undefined;
    const { host, target } = rig;
    await host.resume('d');
    for (let n = 0; n < 5; n++) await host.dispatch(order(n));
    await host.resume('d');
    await host.drain();
    expect(target.delivered.toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(target.calls).toHaveLength(5);
    await expect(host.resume('nobody')).rejects.toMatchObject({
      code: 'DESTINATION_UNKNOWN',
      message: expect.stringContaining('there are: d') as string,
    });
  });
});
