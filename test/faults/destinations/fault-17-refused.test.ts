import { TransientError } from '@dest/core';
import { startHost, type Host } from '@dest/host';
import { rmSync } from 'node:fs';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { stopAfterwards } from './support/stop-afterwards';

const working = { id: 'd', package: 'target', mapping: { n: 'event@n', by: 'old' } };

describe('fault 17: a configuration that is broken is refused, and the old one stays', () => {
  test.each<[string, object | string | undefined, string]>([
    ['is no YAML', 'version: 1\ndestinations: [', 'YAML_INVALID'],
    ['is gone', undefined, 'CONFIGURATION_UNREADABLE'],
    ['is of another shape', { destinations: [{ ...working, enabled: 'yes' }] }, 'SCHEMA'],
    ['has the same id twice', { destinations: [working, working] }, 'ID_REPEATED'],
    ['has a condition that is none', { destinations: [{ ...working, condition: 'event@n >' }] }, 'CONDITION_SYNTAX'],
    [
      'has a mapping that is none',
      { destinations: [{ ...working, mapping: { $nothing: 1 } }] },
      'MAPPING_UNKNOWN_DIRECTIVE',
    ],
    ['lists a plugin that is not there', { plugins: ['absent'], destinations: [working] }, 'PLUGIN_NOT_INSTALLED'],
    [
      'names a package that nothing registers',
      { destinations: [{ ...working, package: 'nobody' }] },
      'PACKAGE_UNKNOWN',
    ],
    [
      'has credentials that their type refuses',
      {
        resources: [{ id: 'r', credentials: { production: { token: 5 } } }],
        destinations: [{ ...working, resource: { id: 'r' } }],
      },
      'CREDENTIALS_INVALID',
    ],
    ['has another outbox', { outbox: { type: 'sqlite' }, destinations: [working] }, 'OUTBOX_CHANGED'],
    [
      'has a test that fails',
      {
        destinations: [{ ...working, tests: [{ given: { event: { type: 'a', n: 1 } }, expect: { data: { n: 2 } } }] }],
      },
      'CONFIGURATION_TEST_FAILED',
    ],
  ])('one that %s', async (_name, broken, code) => {
    const credentials = { type: 'object', properties: { token: { type: 'string' } } };
    const target = recordingDestination('target', { credentials });
    const config = configFile({ destinations: [working] });
    const host = await startHost({ config: config.path, register: [target.class] });
    stopAfterwards(() => host.close());
    const before = host.application;
    if (broken === undefined) rmSync(config.path);
    else config.write(broken);
    const report = await host.reload();
    expect(report).toMatchObject({ taken: false, added: [], changed: [], removed: [] });
    expect(report.issues.map((issue) => issue.code)).toContain(code);
    expect(host.application).toBe(before);
    await host.dispatch(order(1));
    await host.drain();
    expect(target.delivered).toEqual([{ n: 1, by: 'old' }]);
    // Nor is it in the way of the next one.
    config.write({ destinations: [{ ...working, mapping: { n: 'event@n', by: 'new' } }] });
    expect(await host.reload()).toMatchObject({ taken: true, issues: [], changed: ['d'] });
    await host.dispatch(order(2));
    await host.drain();
    expect(target.delivered).toEqual([{ n: 1, by: 'old' }, { n: 2, by: 'new' }]); // prettier-ignore
    expect(target.lifecycle).toEqual(['open', 'close', 'open']);
  });

  test('reloads that are asked for together are made one after the other', async () => {
    const target = recordingDestination('target');
    const config = configFile({ destinations: [working] });
    const host = await startHost({ config: config.path, register: [target.class] });
    stopAfterwards(() => host.close());
    config.write({ destinations: [{ ...working, mapping: 'event@n' }] });
    const reports = await Promise.all([host.reload(), host.reload(), host.reload()]);
    expect(reports.map(({ taken, changed }) => [taken, changed])).toEqual([
      [true, ['d']],
      [true, []],
      [true, []],
    ]);
  });

  test('a host that closes takes no other configuration', async () => {
    const config = configFile({ destinations: [] });
    const host = await startHost({ config: config.path });
    const closed = host.close();
    await expect(host.reload()).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    await closed;
  });
});

describe('fault 17: a destination that is switched off', () => {
  const logged: string[] = [];
  const log = (...words: unknown[]): void => void logged.push(JSON.stringify(words));

  async function start(whenDisabled: string): Promise<{
    readonly host: Host;
    readonly target: ReturnType<typeof recordingDestination>;
    readonly switchTo: (enabled: boolean) => Promise<void>;
  }> {
    logged.length = 0;
    let down = true;
    const target = recordingDestination('target', {
      dispatch: () => {
        if (down) throw new TransientError('down', { scope: 'destination' });
      },
    });
    const of = (enabled: boolean): object => ({
      destinations: [{ id: 'd', package: 'target', mapping: 'event@n', enabled, delivery: { whenDisabled } }],
    });
    const config = configFile(of(true));
    const host = await startHost({
      config: config.path,
      register: [target.class],
      random: () => 1,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    stopAfterwards(() => host.close());
    for (let n = 0; n < 5; n++) await host.dispatch(order(n));
    await host.drain();
    down = false;
    const switchTo = async (enabled: boolean): Promise<void> => {
      config.write(of(enabled));
      expect(await host.reload()).toMatchObject({ taken: true, changed: ['d'] });
    };
    return { host, target, switchTo };
  }

  test('holds what waits, and delivers it when it is switched on again', async () => {
    const { host, target, switchTo } = await start('hold');
    await switchTo(false);
    await host.drain({ waitForRetries: true });
    expect((await host.lanes())[0]).toMatchObject({ state: 'disabled', waiting: 5, reason: { code: 'DISABLED' } });
    expect(await host.dispatch(order(5))).toMatchObject({
      deliveries: [],
      skipped: [{ destination: 'd', reason: 'disabled' }],
    });
    await switchTo(true);
    await host.drain({ waitForRetries: true });
    expect(target.delivered.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  test('drops it where its configuration says so, and nothing of it comes up again', async () => {
    const { host, target, switchTo } = await start('drop');
    await switchTo(false);
    expect((await host.lanes())[0]).toMatchObject({ state: 'disabled', waiting: 0 });
    expect(logged.join('\n')).toContain('5 deliveries of d were dropped: it is switched off');
    logged.length = 0;
    await switchTo(true);
    await host.dispatch(order(6));
    await host.drain({ waitForRetries: true });
    expect(target.delivered).toEqual([6]);
    expect(logged.join('\n')).not.toMatch(/DAMAGED|dead letter/);
    expect(await host.countDeadLetters({})).toBe(0);
  });
});
