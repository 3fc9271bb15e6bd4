import { TransientError } from '@dest/core';
import { startHost, type Host } from '@dest/host';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile, type ConfigFile } from './support/config-file';
import { turns, until } from './support/paced-clock';
import { tellingDestination, type Told } from './support/telling-destination';
import { stopAfterwards } from './support/stop-afterwards';

const retry = { initialDelayMs: 1, maxDelayMs: 1 };

/** A configuration of which each version has all of its own: credentials, parameters and mapping. */
function version(number: number, delivery: object = {}): object {
  return {
    resources: [{ id: 'r', credentials: { production: { token: `token-${number}` } } }],
    destinations: [
      {
        id: 'd',
        package: 'target',
        resource: { id: 'r' },
        init: { topic: `topic-${number}` },
        mapping: { n: 'event@n', version: number },
        delivery: { retry, ...delivery },
      },
    ],
  };
}

const versionsOf = ({ data, token, topic }: Told): unknown[] => [
  (data as { version: number }).version,
  Number(token?.replace('token-', '')),
  Number(topic?.replace('topic-', '')),
];

async function started(config: ConfigFile, target: { readonly class: object }): Promise<Host> {
  const host = await startHost({ config: config.path, register: [target.class], random: () => 1 });
  stopAfterwards(() => host.close());
  return host;
}

describe('fault 17: configuration edited, credentials swapped in flight: one version per delivery, nothing mixed', () => {
  test('a slow call ends with its instance and its credentials; what follows uses the new ones', async () => {
    let release = (): void => undefined;
    const target = tellingDestination('target', ({ instance }) =>
      instance === 1 ? new Promise((resolve) => (release = resolve)) : undefined,
    );
    const config = configFile(version(1, { concurrency: 1 }));
    const host = await started(config, target);
    await host.dispatch(order(1));
    await until(() => target.told.length === 1);
    config.write(version(2, { concurrency: 1 }));
    expect(await host.reload()).toEqual({ taken: true, issues: [], added: [], changed: ['d'], removed: [] });
    await host.dispatch(order(2));
    await turns();
    // One call at a time, whatever instance it is with; and the old instance is not closed while it is called.
    expect(target.told).toHaveLength(1);
    expect(target.lifecycle).toEqual(['open 1']);

    release();
    await until(() => target.lifecycle.includes('close 1'));
    await host.drain({ waitForRetries: true });
    expect(target.told.map(versionsOf)).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(target.delivered).toEqual([
      { n: 1, version: 1 },
      { n: 2, version: 2 },
    ]);
    await host.close();
    expect(target.lifecycle.filter((entry) => entry === 'close 1')).toHaveLength(1);
    expect(target.lifecycle.at(-1)).toBe('close 2');
  });

  test('what fails by the old version is tried again by the new one, at once', async () => {
    let release = (): void => undefined;
    const target = tellingDestination('target', async ({ instance }) => {
      if (instance > 1) return;
      await new Promise<void>((resolve) => (release = resolve));
      throw new TransientError('down', { scope: 'destination', retryAfterMs: 3_600_000 });
    });
    const config = configFile(version(1));
    const host = await started(config, target);
    await host.dispatch(order(1));
    await until(() => target.told.length === 1);
    config.write(version(2));
    await host.reload();
    release();
    await until(() => target.delivered.length === 1);
    expect(target.told.map(versionsOf)).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(new Set(target.told.map(({ key }) => key))).toEqual(new Set(['order-1:d']));
  });

  test('what was put off until later is tried by the new one while a slow call is still under way', async () => {
    let release = (): void => undefined;
    const target = tellingDestination('target', async ({ instance, data }) => {
      if (instance > 1) return;
      if ((data as { n: number }).n === 1) await new Promise<void>((resolve) => (release = resolve));
      else throw new TransientError('busy', { retryAfterMs: 3_600_000 });
    });
    const config = configFile(version(1, { concurrency: 2 }));
    const host = await started(config, target);
    await host.dispatch(order(1));
    await host.dispatch(order(2));
    await until(() => target.told.length === 2);
    await until(async () => (await host.lanes())[0]?.inFlight === 1);
    config.write(version(2, { concurrency: 2 }));
    await host.reload();
    await until(() => target.delivered.length === 1);
    expect(target.delivered).toEqual([{ n: 2, version: 2 }]);
    release();
    await host.drain();
    expect(target.delivered).toEqual([
      { n: 2, version: 2 },
      { n: 1, version: 1 },
    ]);
  });

  test.each([{ ordering: 'none' }, { ordering: 'key', concurrency: 8 }])(
    'under load, with a reload every few deliveries (%j), no call mixes two versions and nothing is lost',
    async (delivery) => {
      const underWay = new Set<string>();
      const twice: string[] = [];
      let calls = 0;
      const target = tellingDestination('target', async ({ key }) => {
        if (underWay.has(key)) twice.push(key);
        underWay.add(key);
        const turn = ++calls;
        for (let count = 0; count < turn % 7; count++) await new Promise((resolve) => setImmediate(resolve));
        underWay.delete(key);
        if (turn % 5 === 0) throw new TransientError('not now');
      });
      const config = configFile(version(1, delivery));
      const host = await started(config, target);
      const begun: number[] = [];
      for (let number = 1; number <= 15; number++) {
        if (number > 1) {
          // Also the order changes, where it is `none`: what was read ahead is read anew.
          const ordering = delivery.ordering === 'none' && number % 2 === 0 ? { ordering: 'strict' } : delivery;
          config.write(version(number, ordering));
          expect((await host.reload()).taken).toBe(true);
        }
        begun.push(target.told.length);
        await Promise.all(Array.from({ length: 20 }, (_, n) => host.dispatch(order(number * 100 + n, `p${n % 5}`))));
      }
      await host.drain({ waitForRetries: true });

      for (const told of target.told) expect(new Set(versionsOf(told)).size).toBe(1);
      // No delivery is under way twice, not even by two instances.
      expect(twice).toEqual([]);
      // After a reload, no call begins by an earlier version.
      for (const [index, from] of begun.entries()) {
        for (const told of target.told.slice(from)) expect(versionsOf(told)[0]).toBeGreaterThan(index);
      }
      const sent = Array.from({ length: 300 }, (_, index) => (Math.floor(index / 20) + 1) * 100 + (index % 20));
      const delivered = target.delivered.map((data) => (data as { n: number }).n);
      expect(delivered.toSorted((a, b) => a - b)).toEqual(sent);
      if (delivery.ordering === 'key') {
        for (let person = 0; person < 5; person++) {
          const own = delivered.filter((n) => (n % 100) % 5 === person);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }
      await host.close();
      const opened = target.lifecycle.filter((entry) => entry.startsWith('open'));
      expect(target.lifecycle.filter((entry) => entry.startsWith('close'))).toHaveLength(opened.length);
    },
  );
});
