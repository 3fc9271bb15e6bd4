import { TransientError } from '@dest/core';
import { startHost, type Host, type LaneStatus } from '@dest/host';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile, type ConfigFile } from './support/config-file';
import { keptOutboxes, outboxTypes, type KeptOutbox } from './support/kept-outbox';
import { turns, until } from './support/paced-clock';
import { stopAfterwards } from './support/stop-afterwards';
import { tellingDestination } from './support/telling-destination';

const mapping = 'event@n';
/** Long, so that nothing but what the test does has things tried again. */
const delivery = { retry: { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 } };
const one = { id: 'one', package: 'target', mapping, delivery };
const two = { id: 'two', package: 'target', mapping, delivery };

/** A destination that is down until it is told otherwise. */
function downTarget(name = 'target') {
  const state = { down: true };
  const target = recordingDestination(name, {
    dispatch: () => {
      if (state.down) throw new TransientError('down', { scope: 'destination' });
    },
  });
  return { target, state };
}

async function started(config: ConfigFile, register: readonly object[], kept?: KeptOutbox): Promise<Host> {
  const host = await startHost({ config: config.path, register, random: () => 1, ...kept?.options });
  stopAfterwards(() => host.close());
  return host;
}

async function orphans(host: Host): Promise<readonly LaneStatus[]> {
  return (await host.lanes()).filter(({ state }) => state === 'orphaned');
}

describe('fault 17: destination deleted', () => {
  test('its lane is orphaned and shown, nothing more comes into it, and it goes on when the destination is added again', async () => {
    const { target, state } = downTarget();
    const config = configFile({ destinations: [one, two] });
    const host = await started(config, [target.class]);
    for (let n = 0; n < 5; n++) await host.dispatch(order(n));
    await host.drain();
    config.write({ destinations: [two] });
    expect(await host.reload()).toMatchObject({ taken: true, changed: [], removed: ['one'] });
    expect(await orphans(host)).toMatchObject([
      { destination: 'one', waiting: 5, inFlight: 0, reason: { code: 'LANE_ORPHANED' } },
    ]);
    const { deliveries } = await host.dispatch(order(5));
    expect(deliveries.map(({ destination }) => destination)).toEqual(['two']);
    await expect(host.resume('one')).rejects.toMatchObject({ code: 'DESTINATION_UNKNOWN' });

    state.down = false;
    config.write({ destinations: [one, two] });
    expect(await host.reload()).toMatchObject({ taken: true, added: ['one'] });
    await host.resume('two');
    await host.resume('one');
    await host.drain({ waitForRetries: true });
    expect(await orphans(host)).toEqual([]);
    expect(target.delivered.toSorted()).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
  });

  test('a call that is under way when it is deleted and added again is not made a second time meanwhile', async () => {
    const releases: (() => void)[] = [];
    const target = tellingDestination('target', () => new Promise((resolve) => releases.push(resolve)));
    const config = configFile({ destinations: [one] });
    const host = await started(config, [target.class]);
    await host.dispatch(order(1));
    await until(() => target.told.length === 1);
    for (const destinations of [[], [one], [], [one]]) {
      config.write({ destinations });
      await host.reload();
      await turns();
    }
    expect(target.told).toHaveLength(1);
    for (const release of releases.splice(0)) release();
    await host.drain({ waitForRetries: true });
    expect(target.told).toHaveLength(1);
    expect(target.delivered).toEqual([1]);
    expect((await host.lanes()).map(({ waiting, state }) => [waiting, state])).toEqual([[0, 'ready']]);
  });
});

describe('fault 17: what waits for another package, generation or debug', () => {
  test.each<[string, object, RegExp]>([
    ['package', { destinations: [{ ...one, package: 'other' }] }, /It waits for target, and one is other now/],
    [
      'generation',
      { destinations: [{ ...one, generation: 2 }] },
      /It waits for generation 1 of one, and that is 2 now/,
    ],
    [
      'debug',
      { debug: true, destinations: [one] },
      /It waits for production credentials, and the host uses those of test now/,
    ],
  ])(
    'is orphaned when the %s changes, is never sent there, and is delivered when it is changed back',
    async (_name, changed, reason) => {
      const { target, state } = downTarget();
      const other = recordingDestination('other');
      const config = configFile({ destinations: [one] });
      const host = await started(config, [target.class, other.class]);
      for (let n = 0; n < 3; n++) await host.dispatch(order(n));
      await host.drain();
      state.down = false;
      config.write(changed);
      expect(await host.reload()).toMatchObject({ taken: true, changed: ['one'] });
      await host.dispatch(order(3));
      await host.drain({ waitForRetries: true });
      expect([...target.delivered, ...other.delivered]).toEqual([3]);
      expect(await orphans(host)).toMatchObject([
        { destination: 'one', waiting: 3, reason: { message: expect.stringMatching(reason) as string } },
      ]);

      config.write({ destinations: [one] });
      await host.reload();
      await host.resume('one');
      await host.drain({ waitForRetries: true });
      expect([...target.delivered, ...other.delivered].toSorted()).toEqual([0, 1, 2, 3]);
      expect(await orphans(host)).toEqual([]);
    },
  );

  test.each(['none', 'key'])(
    'is moved into a lane of today, also what had failed before (ordering %s)',
    async (ordering) => {
      const { target, state } = downTarget();
      // Short: nothing but their time has these tried again.
      const moved = { ...one, delivery: { ordering, retry: { initialDelayMs: 20, maxDelayMs: 20 } } };
      const config = configFile({ destinations: [moved] });
      const host = await started(config, [target.class]);
      for (let n = 0; n < 5; n++) await host.dispatch(order(n));
      await host.drain();
      state.down = false;
      config.write({ destinations: [{ ...moved, generation: 2 }] });
      await host.reload();
      // Its lane has read that there is nothing.
      await host.drain();
      const [orphan] = await orphans(host);
      expect(await host.moveLane(orphan!.lane, 'one')).toBe(5);
      await host.drain({ waitForRetries: true });
      expect(target.delivered.toSorted()).toEqual([0, 1, 2, 3, 4]);
      expect(await orphans(host)).toEqual([]);
      expect((await host.lanes())[0]).toMatchObject({ state: 'ready', waiting: 0 });
    },
  );

  test('is dropped when the operator says so', async () => {
    const { target, state } = downTarget();
    const config = configFile({ destinations: [one, two] });
    const host = await started(config, [target.class]);
    for (let n = 0; n < 5; n++) await host.dispatch(order(n));
    await host.drain();
    config.write({ destinations: [two] });
    await host.reload();
    const [orphan] = await orphans(host);
    expect(await host.dropLane(orphan!.lane)).toBe(5);
    expect(await orphans(host)).toEqual([]);
    state.down = false;
    config.write({ destinations: [one, two] });
    await host.reload();
    await host.resume('two');
    await host.drain({ waitForRetries: true });
    expect(target.delivered.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  test.each(['moved', 'dropped'])('is %s only when its calls have ended that are under way', async (what) => {
    let release = (): void => undefined;
    const target = recordingDestination('target', {
      dispatch: (_call, count) => (count > 1 ? undefined : new Promise<void>((resolve) => (release = resolve))),
    });
    const config = configFile({ destinations: [one] });
    const host = await started(config, [target.class]);
    await host.dispatch(order(1));
    await until(() => target.calls.length === 1);
    await host.dispatch(order(2));
    await host.dispatch(order(3));
    await until(() => target.delivered.length === 2);
    await host.drain({ timeoutMs: 1 });
    config.write({ destinations: [two] });
    await host.reload();
    const [orphan] = await orphans(host);
    const waiting = what === 'moved' ? host.moveLane(orphan!.lane, 'two') : host.dropLane(orphan!.lane);
    await turns();
    expect(target.calls).toHaveLength(3);
    release();
    expect(await waiting).toBe(0);
    await host.drain();
    expect(target.delivered.toSorted()).toEqual([1, 2, 3]);
    expect(await orphans(host)).toEqual([]);
  });

  test('is neither moved nor dropped where that would be wrong', async () => {
    const { target } = downTarget();
    const config = configFile({ destinations: [one, two] });
    const host = await started(config, [target.class]);
    await host.dispatch(order(0));
    await host.drain();
    const [inUse] = await host.lanes();
    await expect(host.moveLane(inUse!.lane, 'two')).rejects.toMatchObject({ code: 'LANE_NOT_ORPHANED' });
    await expect(host.dropLane(inUse!.lane)).rejects.toMatchObject({ code: 'LANE_NOT_ORPHANED' });
    config.write({ debug: true, destinations: [two] });
    await host.reload();
    const found = await orphans(host);
    expect(found.map(({ destination }) => destination).toSorted()).toEqual(['one', 'two']);
    for (const { lane } of found) {
      await expect(host.moveLane(lane, 'two')).rejects.toMatchObject({ code: 'LANE_DEBUG_DIFFERS' });
      await expect(host.moveLane(lane, 'three')).rejects.toMatchObject({ code: 'DESTINATION_UNKNOWN' });
    }
    expect((await orphans(host)).map(({ waiting }) => waiting)).toEqual([1, 1]);
  });

  test.each(outboxTypes)('is held over a restart as well (%s)', async (type) => {
    const kept = keptOutboxes[type]();
    const outbox = kept.configuration;
    const { target, state } = downTarget();
    const config = configFile({ outbox, destinations: [one] });
    const before = await started(config, [target.class], kept);
    for (let n = 0; n < 3; n++) await before.dispatch(order(n));
    await before.drain();
    await before.close();

    state.down = false;
    config.write({ outbox, destinations: [{ ...one, generation: 2 }] });
    const host = await started(config, [target.class], kept);
    await host.dispatch(order(3));
    await host.drain();
    expect(target.delivered).toEqual([3]);
    const [orphan] = await orphans(host);
    expect(orphan).toMatchObject({ destination: 'one', waiting: 3, lane: { generation: 1 } });
    expect(await host.moveLane(orphan!.lane, 'one')).toBe(3);
    await host.resume('one');
    await host.drain({ waitForRetries: true });
    expect(target.delivered.toSorted()).toEqual([0, 1, 2, 3]);
  });
});
