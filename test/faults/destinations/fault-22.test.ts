import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Metrics } from '@dest/core';
import { checkDestination, startHost, type Host } from '@dest/host';
import { systemClock } from '@dest/core';
import { runDest } from '../../../packages/cli/test/support/run-dest';
import { createWorkspace } from '../../../packages/cli/test/support/workspace';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { outboxTypes } from './support/kept-outbox';
import { FAILURES, LEAKING_PLUGIN } from './support/leaking-plugin';
import { foundTraces } from './support/secret-traces';
import { stopAfterwards } from './support/stop-afterwards';

const TOKEN = 'canary/7f+3a?"ö"&token';
const OTHER_SIDE = 'canary-of-the-test-side/9';
const SALT = 'canary salt=9c1e%';
const SWAPPED = 'canary"swapped/in+later"';
const SECRETS = [TOKEN, OTHER_SIDE, SALT, SWAPPED];

function configuration(token: string, more: object = {}): object {
  return {
    plugins: ['./leaking.cjs'],
    resources: [{ id: 'r', credentials: { production: { user: 'me', token }, test: { token: OTHER_SIDE } } }],
    destinations: FAILURES.map((fails) => ({
      id: fails,
      package: 'leaking',
      resource: { id: 'r' },
      init: { fails, salt: SALT },
      mapping: 'event@n',
      delivery: { retry: { maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 1 } },
    })),
    ...more,
  };
}

describe.each(outboxTypes)('fault 22: a canary secret in credentials (%s)', (type) => {
  test('is in no log, error, dead letter, metric, report or lane status, also after it was changed', async () => {
    const outbox = type === 'memory' ? { type } : { type, path: 'outbox.db', ballast: 0 };
    const config = configFile(configuration(TOKEN, { outbox }), { 'leaking.cjs': LEAKING_PLUGIN });
    const told: Record<string, unknown[]> = {};
    const tell = (where: string, ...what: unknown[]): void => {
      (told[where] ??= []).push(...what);
    };
    const log = (...words: unknown[]): void => tell('log', words);
    const metrics: Metrics = {
      count: (...words) => tell('metrics', words),
      gauge: (...words) => tell('metrics', words),
      observe: (...words) => tell('metrics', words),
    };
    const host: Host = await startHost({
      config: config.path,
      logger: { debug: log, info: log, warn: log, error: log },
      metrics,
      observer: { settled: (settlement) => tell('observer', settlement) },
      random: () => 1,
    });
    stopAfterwards(() => host.close());
    const work = async (from: number): Promise<void> => {
      await host.dispatch(order(from));
      await host.dispatch({ id: `p${from}`, profile: { id: `p${from}` } });
      await host.drain({ waitForRetries: true });
      const letters = await host.listDeadLetters({}, { limit: 100 });
      expect(letters.length).toBeGreaterThan(5);
      tell('dead letters', letters, await host.showDeadLetter(letters[0]!.id));
      tell('lanes', await host.lanes());
      for (const destination of host.application.destinations) {
        tell('check', await checkDestination(host.application, destination, { clock: systemClock, logger: { debug: log, info: log, warn: log, error: log } })); // prettier-ignore
      }
    };
    await work(1);
    config.write(configuration(SWAPPED, { outbox }));
    tell('reload', await host.reload());
    await work(2);
    tell('replay', await host.replayDeadLetters({ destination: 'permanent' }));
    await host.drain({ waitForRetries: true });
    tell('forget', await host.forget('p2'));
    config.write({ ...configuration(SWAPPED, { outbox }), destinations: [{ id: 'x', package: SWAPPED, init: 5 }] });
    tell('refused', await host.reload());
    await host.close();
    await expect(host.dispatch(order(9))).rejects.toMatchObject({ code: 'HOST_CLOSED' });

    // All of it was told, and something is hidden in it.
    expect(Object.keys(told).toSorted()).toEqual(
      ['check', 'dead letters', 'forget', 'lanes', 'log', 'metrics', 'observer', 'refused', 'reload', 'replay'],
    ); // prettier-ignore
    for (const where of ['check', 'dead letters', 'forget', 'lanes', 'log', 'metrics', 'observer']) {
      expect([where, JSON.stringify(told[where])]).toEqual([where, expect.stringContaining('•••') as string]);
    }
    for (const [where, what] of Object.entries(told)) {
      // Errors have members that JSON leaves out.
      const text = `${JSON.stringify(what)}\n${inspect(what, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null })}`;
      expect([where, foundTraces(text, SECRETS)]).toEqual([where, []]);
    }
    // Nor on the disk.
    for (const name of readdirSync(config.folder).filter((file) => file.startsWith('outbox'))) {
      expect(foundTraces(readFileSync(join(config.folder, name), 'latin1'), SECRETS)).toEqual([]);
      expect(foundTraces(readFileSync(join(config.folder, name), 'utf8'), SECRETS)).toEqual([]);
    }
  });
});

describe('fault 22: a canary secret in credentials', () => {
  test('is in nothing that dest prints', async () => {
    const workspace = createWorkspace();
    stopAfterwards(() => Promise.resolve(workspace.remove()));
    workspace.write('leaking.cjs', LEAKING_PLUGIN);
    const config = workspace.write(
      'dest.json',
      JSON.stringify({
        version: 1,
        shutdownMs: 1_000,
        outbox: { type: 'sqlite', path: 'outbox.db', ballast: 0 },
        ...configuration('${CANARY}'),
      }),
    );
    const environment = { CANARY: TOKEN };
    let sent = 0;
    // None twice: the outbox remembers them.
    const lines = (): string =>
      `${JSON.stringify(order(++sent))}\n${JSON.stringify({ profile: { id: 'p' } })}\nnot json ${TOKEN}\n`;
    const commands = [
      ['send', '--give-up-after', '5'],
      ['check'],
      ['plugins'],
      ['validate'],
      ['explain'],
      ['run', '--until-eof'],
      ['lanes'],
      ['dead-letters', 'list'],
      ['dead-letters', 'show', '1'],
      ['forget', 'p1'],
    ];
    const hides = ['check', 'dead-letters', 'forget'];
    for (const command of commands) {
      for (const flags of [['--verbose'], ['--json', '--verbose']]) {
        const { stdout, stderr } = await runDest([...command, '-c', config, ...flags], { stdin: lines(), environment });
        const words = [...command, ...flags].join(' ');
        expect([words, foundTraces(`${stdout}\n${stderr}`, SECRETS)]).toEqual([words, []]);
        // Something was there to be hidden.
        if (hides.includes(command[0]!)) expect([words, stdout]).toEqual([words, expect.stringContaining('•••')]);
        if (/^(send|run)$/.test(command[0]!)) expect([words, stderr]).toEqual([words, expect.stringContaining('•••')]);
      }
    }
  });
});
