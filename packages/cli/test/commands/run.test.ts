import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Hangup, Interruption } from '../../src';
import { openStdin, runDest, startRunDest, type RunDestOptions, type RunningDest } from '../support/run-dest';
import { until } from '../support/until';
import { createWorkspace, ndjson, type Workspace } from '../support/workspace';

describe('dest run', () => {
  let workspace: Workspace;
  let interruption: Interruption;
  let running: RunningDest | undefined;
  beforeEach(() => {
    workspace = createWorkspace();
    interruption = new Interruption();
    running = undefined;
  });
  afterEach(async () => {
    interruption.interrupt('SIGTERM');
    await running?.ended;
    workspace.remove();
  });

  const configure = (destinations: string, more = ''): string =>
    workspace.write(
      'dest.yaml',
      `version: 1\n${more}plugins: [./double.cjs, '@dest/file']\ndestinations:\n${destinations}`,
    );
  const all = "  - { id: all, package: '@dest/file', init: { path: all.ndjson }, mapping: event@id }\n";
  const event = (number: number): object => ({ event: { id: `e${number}`, type: 'seen' }, profile: { id: 'p1' } });
  const events = (from: number, to: number): string =>
    ndjson(...Array.from({ length: to - from }, (_none, index) => event(from + index)));

  const start = async (words: readonly string[], options: RunDestOptions = {}): Promise<RunningDest> => {
    const started = startRunDest(['run', ...words], { stdin: openStdin(), interruption, ...options });
    running = started;
    await started.wrote('Ready');
    return started;
  };
  const arrived = (amount: number): Promise<void> =>
    until(() => workspace.exists('all.ndjson') && workspace.read('all.ndjson').split('\n').length > amount);

  it('says when it is ready, delivers what comes in, acknowledges it, and goes on until it is told to end', async () => {
    const config = configure(all);
    const stdin = openStdin();
    const host = await start(['-c', config, '--acks'], { stdin });
    expect(host.written.stderr).toContain(
      `info  Ready: 1 destination, lines from stdin, operated by ${workspace.path('.dest/control.sock')}`,
    );
    stdin.write(events(0, 3));
    await arrived(3);
    stdin.end('{"event":{"id":"e1","type":"seen"}}\nnot json\n');
    await host.wrote('stdin has ended after 5 lines');
    await host.wrote('"duplicate":true');
    expect(statSync(workspace.path('.dest/control.sock')).mode & 0o777).toBe(0o600);
    expect(await runDest(['lanes', '-c', config])).toMatchObject({ exitCode: 0, stderr: '' });
    interruption.interrupt('SIGTERM');
    const { exitCode, stdout, stderr } = await host.ended;
    expect(exitCode).toBe(143);
    const acknowledged = stdout
      .trimEnd()
      .split('\n')
      .map((line): { line: number } => JSON.parse(line));
    expect(acknowledged.sort((left, right) => left.line - right.line)).toEqual([
      { line: 1, id: 'e0', duplicate: false },
      { line: 2, id: 'e1', duplicate: false },
      { line: 3, id: 'e2', duplicate: false },
      { line: 4, id: 'e1', duplicate: true },
      { line: 5, error: { code: 'LINE_NOT_JSON', message: expect.any(String) } },
    ]);
    expect(stderr).toContain('warn  line 5: LINE_NOT_JSON');
    expect(stderr).toContain('SIGTERM: nothing more is read.');
    expect(stderr).toContain('5 lines read · 3 accepted · 1 duplicate · 1 bad');
    expect(existsSync(workspace.path('.dest/control.sock'))).toBe(false);
  });

  it('keeps what it could not deliver for the next run, and says where', async () => {
    const config = configure('  - { id: away, package: double, init: { open: unreachable } }\n');
    const stdin = openStdin();
    const host = await start(['-c', config, '--acks'], { stdin });
    stdin.write(events(0, 500));
    await host.wrote('"line"', 500);
    interruption.interrupt('SIGTERM');
    const { stderr } = await host.ended;
    expect(stderr).toContain(
      `500 deliveries kept in ${workspace.path('.dest/outbox.db')}: the next dest run delivers them.`,
    );
    configure(`  - { id: away, package: double, init: { path: ${workspace.path('all.ndjson')} } }\n`);
    interruption = new Interruption();
    await start(['-c', config, '--no-stdin']);
    await arrived(500);
  });

  it('reads to the end of stdin and ends with --until-eof, when what is due is delivered', async () => {
    const config = configure(
      `${all}  - { id: flaky, package: double, init: { failTimes: 2 }, delivery: { retry: { initialDelayMs: 1 } } }\n`,
    );
    const { exitCode, stdout } = await runDest(['run', '-c', config, '--until-eof', '--json'], {
      stdin: events(0, 2_500),
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      lines: { read: 2_500, accepted: 2_500, duplicates: 0, bad: 0, notTaken: 0, firstNotTaken: null },
      lanes: [
        expect.objectContaining({
          lane: 'all',
          delivered: 2_500,
          failed: 0,
          waiting: 0,
          refused: 0,
          lastFailure: null,
        }),
        expect.objectContaining({
          lane: 'flaky',
          delivered: 2_500,
          retried: expect.any(Number),
          failed: 0,
          waiting: 0,
        }),
      ],
      outbox: workspace.path('.dest/outbox.db'),
      durationMs: expect.any(Number),
    });
    expect(workspace.lines('all.ndjson')).toHaveLength(2_500);
  });

  it.each([
    ['a line was bad', '  - { id: fine, package: double }\n', 2, '0 accepted · 1 bad'],
    [
      'a delivery failed',
      '  - { id: refusing, package: double, init: { refuse: true } }\n',
      1,
      '1 delivery failed for good: dest dead-letters list',
    ],
    ['something is left', '  - { id: away, package: double, init: { open: unbound } }\n', 1, '1 delivery kept in'],
  ])('tells by the exit code of --until-eof that %s', async (_what, destination, expected, text) => {
    const config = configure(destination);
    const stdin = expected === 2 ? '{\n' : events(0, 1);
    const { exitCode, stdout } = await runDest(['run', '-c', config, '--until-eof'], { stdin });
    expect(exitCode).toBe(expected);
    expect(stdout).toContain(text);
  });

  it('says that what waited in memory is gone', async () => {
    const config = configure(
      '  - { id: away, package: double, init: { open: unbound } }\n',
      'outbox: { type: memory }\n',
    );
    const { stdout } = await runDest(['run', '-c', config, '--until-eof'], { stdin: events(0, 1) });
    expect(stdout).toContain('1 delivery not delivered: it waited in memory and is gone.');
  });

  it.each(['--no-stdin', 'a terminal'])('reads nothing with %s', async (how) => {
    const config = configure(all);
    const words = how === '--no-stdin' ? ['--no-stdin'] : [];
    const terminals = how === '--no-stdin' ? [] : (['stdin'] as const);
    const stdin = openStdin();
    const host = await start(['-c', config, ...words], { stdin, terminals });
    expect(host.written.stderr).toContain('nothing from stdin');
    stdin.write(events(0, 1));
    await runDest(['lanes', '-c', config]);
    interruption.interrupt('SIGINT');
    const { exitCode, stdout } = await host.ended;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('0 lines read');
    expect(stdin.readableLength).toBeGreaterThan(0);
  });

  it('drains at a signal what is on its way, within shutdownMs, and keeps the rest', async () => {
    const config = configure(
      `  - { id: all, package: double, init: { path: ${workspace.path('all.ndjson')}, delayMs: 20 }, delivery: { concurrency: 1 } }
  - { id: away, package: double, init: { open: unreachable } }\n`,
    );
    const stdin = openStdin();
    const host = await start(['-c', config, '--acks', '--json'], { stdin });
    stdin.write(events(0, 5));
    await host.wrote('"line"', 5);
    interruption.interrupt('SIGTERM');
    const { stderr } = await host.ended;
    const logged = stderr
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(logged.at(-1)).toMatchObject({
      level: 'info',
      message: 'Ended.',
      lanes: [
        { lane: 'all', delivered: 5, waiting: 0 },
        { lane: 'away', delivered: 0, waiting: 5, lastFailure: { code: 'DOUBLE_UNREACHABLE' } },
      ],
    });
    expect(logged.every(({ time, level, message }) => Boolean(time) && Boolean(level) && Boolean(message))).toBe(true);
  });

  it('refuses to be a second one, by the outbox or by the socket', async () => {
    const config = configure(all);
    await start(['-c', config, '--no-stdin']);
    const second = await runDest(['run', '-c', config, '--no-stdin']);
    expect(second).toMatchObject({ exitCode: 3, stdout: '' });
    expect(second.stderr).toContain(`OUTBOX_LOCKED A host runs on this outbox (process ${process.pid})`);
    const inMemory = workspace.write('memory.yaml', `outbox: { type: memory }\n${workspace.read('dest.yaml')}`);
    const third = await runDest(['run', '-c', inMemory, '--no-stdin']);
    expect(third).toMatchObject({ exitCode: 3, stdout: '' });
    expect(third.stderr).toContain('CONTROL_IN_USE A host answers on the control socket');
  });

  it('ends with 2 where its configuration can’t be used', async () => {
    const config = configure('  - { id: all }\n');
    const { exitCode, stderr } = await runDest(['run', '-c', config]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('dest.yaml:4:');
  });

  it.each([[[]], [['--acks']]])('says as JSON what it can’t use, not among acknowledgements: %j', async (words) => {
    const config = configure('  - { id: all }\n');
    const { exitCode, stdout, stderr } = await runDest(['run', '-c', config, '--json', ...words]);
    expect(exitCode).toBe(2);
    const told = (words.length === 0 ? stdout : stderr.trimEnd().split('\n').at(-1)) as string;
    expect(JSON.parse(told)).toMatchObject({ error: { code: 'CONFIGURATION_INVALID', issues: [{ code: 'SCHEMA' }] } });
    if (words.length > 0) expect(stdout).toBe('');
  });

  it('tells which copies a full lane refused', async () => {
    const config = configure(
      '  - { id: all, package: double, init: { open: unbound }, delivery: { maxBytes: 1kB } }\n',
    );
    const stdin = openStdin();
    const host = await start(['-c', config, '--acks'], { stdin });
    stdin.write(events(0, 100));
    await host.wrote('"refused":["all"]');
    expect(host.written.stderr).toContain('not kept for all, whose lane is full');
    interruption.interrupt('SIGTERM');
    const { stderr } = await host.ended;
    const [, refused, waiting] = /^all +0 +\d+ +0 +(\d+) +(\d+)$/m.exec(stderr) ?? [];
    expect(Number(refused) + Number(waiting)).toBe(100);
    expect(stderr).toMatch(/\d+ more lines with copies refused/);
  });

  describe('that is told to read its configuration again', () => {
    const second = "  - { id: second, package: '@dest/file', init: { path: second.ndjson } }\n";

    it.each(['SIGHUP', '--watch', 'dest reload'])('takes the new one by %s', async (how) => {
      const config = configure(all);
      const hangup = new Hangup();
      const stdin = openStdin();
      const host = await start(['-c', config, ...(how === '--watch' ? [how] : [])], { hangup, stdin });
      configure(`${all}${second}`);
      if (how === 'SIGHUP') hangup.hangUp();
      if (how === 'dest reload') {
        const { exitCode, stdout } = await runDest(['reload', '-c', config]);
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '✔ The configuration is taken: added second.\n' });
      }
      const cause = how === '--watch' ? `${config} has changed` : how;
      await host.wrote(`info  ${cause}: The configuration is taken: added second.`);
      stdin.write(events(0, 1));
      await until(() => workspace.exists('second.ndjson'));
    });

    it.each(['SIGHUP', '--watch', 'dest reload'])(
      'refuses a broken one by %s, and keeps on with the old',
      async (how) => {
        const config = configure(all);
        const hangup = new Hangup();
        const stdin = openStdin();
        const host = await start(['-c', config, ...(how === '--watch' ? [how] : [])], { hangup, stdin });
        configure(`${all}  - { id: broken }\n`);
        if (how === 'SIGHUP') hangup.hangUp();
        if (how === 'dest reload') {
          const { exitCode, stdout } = await runDest(['reload', '-c', config]);
          expect(exitCode).toBe(2);
          expect(stdout).toContain(`${config}:5:5 SCHEMA`);
          expect(stdout).toContain('✘ The configuration is refused; the one before stays in use.');
        }
        await host.wrote('The configuration is refused; the one before stays in use.');
        expect(host.written.stderr).toContain(`error ${config}:5:5 SCHEMA`);
        stdin.write(events(0, 1));
        await arrived(1);
      },
    );

    it('says that another place for its socket counts from the next start', async () => {
      const config = configure(all);
      const hangup = new Hangup();
      const host = await start(['-c', config, '--no-stdin'], { hangup });
      configure(all, 'control: { path: elsewhere.sock }\n');
      hangup.hangUp();
      await host.wrote('warn  control.path has changed: that takes effect at the next start.');
      expect(existsSync(workspace.path('.dest/control.sock'))).toBe(true);
    });

    it('tells in the end of destinations as well that it no longer has', async () => {
      const config = configure(`${all}${second}`);
      const hangup = new Hangup();
      const stdin = openStdin();
      const host = await start(['-c', config, '--json'], { hangup, stdin });
      stdin.write(events(0, 3));
      await until(() => workspace.exists('second.ndjson') && workspace.read('second.ndjson').split('\n').length > 3);
      configure(all);
      hangup.hangUp();
      await host.wrote('removed second');
      await until(async () => !(await runDest(['lanes', '-c', config])).stdout.includes('orphaned'));
      interruption.interrupt('SIGTERM');
      const { stdout } = await host.ended;
      expect(JSON.parse(stdout).lanes).toMatchObject([
        { lane: 'all', state: 'ready', delivered: 3 },
        { lane: 'second', state: 'removed', delivered: 3, waiting: 0, lastFailure: null },
      ]);
    });

    it('says where a test of the new one fails', async () => {
      const config = configure(all);
      await start(['-c', config, '--no-stdin']);
      const tests = 'tests: [{ given: { event: { type: seen } }, expect: { selected: false } }]';
      configure(`  - { id: all, package: double, ${tests} }\n`);
      const { exitCode, stdout } = await runDest(['reload', '-c', config, '--json']);
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        taken: false,
        issues: [{ code: 'CONFIGURATION_TEST_FAILED', line: 4 }],
      });
    });
  });

  it('hides secrets, of a configuration that it took later as well', async () => {
    const leaking = (secret: string): string =>
      configure(
        '  - { id: leaking, package: double, resource: { id: door }, init: { leak: true } }\n',
        `resources: [{ id: door, credentials: { production: { password: ${secret} } } }]\n`,
      );
    const config = leaking('canary-1');
    const stdin = openStdin();
    const host = await start(['-c', config, '--verbose', '--json'], { stdin });
    stdin.write(events(0, 1));
    await host.wrote('DOUBLE_REFUSED');
    leaking('canary-2');
    expect(await runDest(['reload', '-c', config])).toMatchObject({ exitCode: 0 });
    await until(async () => (await runDest(['lanes', '-c', config])).stdout.includes('refused the password'));
    const told = await runDest(['lanes', '-c', config, '--json']);
    interruption.interrupt('SIGTERM');
    const { stdout, stderr } = await host.ended;
    expect(`${stdout}${stderr}${told.stdout}`).not.toContain('canary');
  });

  it('shows how it goes on a terminal', async () => {
    const config = configure(all);
    const stdin = openStdin();
    const host = await start(['-c', config], { stdin, terminals: ['stderr'], environment: { NO_COLOR: '1' } });
    stdin.write(events(0, 3));
    await host.wrote('3 lines · ');
    await host.wrote('3 delivered · 0 failed');
  });

  it('tells systemd that it is ready, where that asks', async () => {
    const config = configure(all);
    const told = workspace.path('told');
    workspace.write('bin/systemd-notify', `#!/bin/sh\necho "$NOTIFY_SOCKET $@" >> ${told}\n`);
    chmodSync(workspace.path('bin/systemd-notify'), 0o755);
    const environment = { NOTIFY_SOCKET: '/run/notify', PATH: `${workspace.path('bin')}:${process.env['PATH'] ?? ''}` };
    await start(['-c', config, '--no-stdin'], { environment });
    await until(() => existsSync(told) && readFileSync(told, 'utf8').includes('READY'));
    expect(readFileSync(told, 'utf8')).toBe(`/run/notify --pid=${process.pid} READY=1\n`);
  });

  it('goes on where systemd can’t be told', async () => {
    const config = configure(all);
    writeFileSync(workspace.path('nothing'), '');
    const environment = { NOTIFY_SOCKET: '/run/notify', PATH: workspace.path('nothing') };
    const host = await start(['-c', config, '--no-stdin'], { environment });
    await host.wrote("warn  systemd can't be told: ");
  });
});
