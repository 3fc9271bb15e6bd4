import { writeFileSync } from 'node:fs';
import { Interruption } from '../../src';
import { openStdin, runDest } from '../support/run-dest';
import { createWorkspace, ndjson, type Workspace } from '../support/workspace';

describe('dest send', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  const configure = (destinations: string, plugins = "[./double.cjs, '@dest/file']"): string =>
    workspace.write('dest.yaml', `version: 1\nplugins: ${plugins}\ndestinations:\n${destinations}`);
  const event = (number: number, type = 'seen'): object => ({
    event: { id: `e${number}`, type, properties: { number } },
  });
  const events = (amount: number): string => ndjson(...Array.from({ length: amount }, (_none, index) => event(index)));

  it('delivers a file and reports on every destination', async () => {
    const config =
      configure(`  - { id: all, package: '@dest/file', init: { path: all.ndjson }, mapping: { number: event@properties.number } }
  - { id: orders, package: '@dest/file', init: { path: orders.ndjson }, eventType: order-*, condition: event@properties.number > 1 }
`);
    const file = workspace.write('events.ndjson', ndjson(event(0), event(1, 'order-new'), event(2, 'order-new')));
    const { exitCode, stdout, stderr } = await runDest(['send', '-c', config, file, '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      lines: { read: 3, accepted: 3, duplicates: 0, bad: 0 },
      badLines: [],
      destinations: [
        {
          destination: 'all',
          matched: 3,
          earlier: 0,
          skipped: {},
          delivered: 3,
          retried: 0,
          failed: 0,
          waiting: 0,
          refused: 0,
          replaced: 0,
          p50Ms: expect.any(Number),
          p99Ms: expect.any(Number),
          state: 'ready',
          lastFailure: null,
        },
        {
          destination: 'orders',
          matched: 1,
          earlier: 0,
          skipped: { 'event-type': 1, condition: 1 },
          delivered: 1,
          retried: 0,
          failed: 0,
          waiting: 0,
          refused: 0,
          replaced: 0,
          p50Ms: expect.any(Number),
          p99Ms: expect.any(Number),
          state: 'ready',
          lastFailure: null,
        },
      ],
      durationMs: expect.any(Number),
    });
    expect(workspace.lines('all.ndjson')).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }]);
    expect(workspace.lines('orders.ndjson')).toEqual([event(2, 'order-new')]);
  });

  it('prints the same as a table', async () => {
    const config = configure(`  - { id: none, package: double, eventType: order-* }
  - { id: all, package: double }
`);
    const { stdout, stderr } = await runDest(['send', '-c', config], { stdin: events(2) });
    expect(stderr).toBe('');
    const [head, ...rows] = stdout.split('\n');
    expect(head).toMatch(/^destination +matched +skipped +delivered +retried +failed +waiting +p50 +p99$/);
    expect(rows[0]).toMatch(/^none +0 +2 event-type +0 +0 +0 +0 +– +–$/);
    expect(rows[1]).toMatch(/^all +2 +– +2 +0 +0 +0 +\d+ ms +\d+ ms$/);
    expect(stdout).toMatch(/2 lines read · 2 accepted · 0 bad · /);
  });

  it('tolerates a byte order mark, CRLF, blank lines and a last line without an end', async () => {
    const config = configure(
      "  - { id: all, package: '@dest/file', init: { path: all.ndjson }, mapping: event@properties.number }\n",
    );
    const [first, second] = events(2).trimEnd().split('\n');
    const outcome = await runDest(['send', '-c', config, '-'], { stdin: `\ufeff${first}\r\n\r\n  \n${second}` });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(workspace.lines('all.ndjson')).toEqual([0, 1]);
  });

  it('reports bad lines with their numbers, counts them and goes on', async () => {
    const config = configure('  - { id: all, package: double }\n');
    const deep = `{"event":{"type":"deep","properties":{"list":${'['.repeat(600)}${']'.repeat(600)}}}}`;
    const stdin = Buffer.concat([
      Buffer.from(`${events(1)}not json\n{"event":{"type":""}}\n`),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(`${deep}\n{"event":{"type":"long","text":"${'x'.repeat(10 * 1024 * 1024)}"}}\n${ndjson(event(9))}`),
    ]);
    const file = workspace.path('events.ndjson');
    writeFileSync(file, stdin);
    const { exitCode, stdout, stderr } = await runDest(['send', '-c', config, file, '--json']);
    expect(exitCode).toBe(2);
    const { lines, badLines, destinations } = JSON.parse(stdout);
    expect(lines).toEqual({ read: 7, accepted: 2, duplicates: 0, bad: 5 });
    expect(badLines.map(({ line, code }: { line: number; code: string }) => [line, code]).sort()).toEqual([
      [2, 'LINE_NOT_JSON'],
      [3, 'ENVELOPE_INVALID'],
      [4, 'LINE_NOT_UTF8'],
      [5, 'JSON_TOO_DEEP'],
      [6, 'LINE_TOO_LONG'],
    ]);
    expect(destinations[0]).toMatchObject({ matched: 2, delivered: 2 });
    expect(stderr).toContain('line 2 LINE_NOT_JSON The line is not JSON');
    expect(stderr).toContain('line 6 LINE_TOO_LONG The line is longer than 10485760 bytes');
  });

  it('shows the first twenty bad lines and counts the rest', async () => {
    const config = configure('  - { id: all, package: double }\n');
    const { stderr, stdout } = await runDest(['send', '-c', config, '--json'], { stdin: '{\n'.repeat(50) });
    expect(stderr.match(/LINE_NOT_JSON/g)).toHaveLength(20);
    expect(stderr).toContain('50 bad lines in all.');
    expect(JSON.parse(stdout).badLines).toHaveLength(50);
  });

  it('gives lines without an id the same id each time, and drops what was there already', async () => {
    const config = configure(
      "  - { id: ids, package: '@dest/file', init: { path: ids.ndjson }, mapping: { $uuid: v5 } }\n",
    );
    const file = workspace.write(
      'events.ndjson',
      '{"event":{"type":"a"}}\n{"event":{"type":"a"}}\n{"id":"x","event":{"type":"a"}}\n{"id":"x","event":{"type":"b"}}\n',
    );
    const { stdout } = await runDest(['send', '-c', config, file, '--json']);
    expect(JSON.parse(stdout).lines).toEqual({ read: 4, accepted: 3, duplicates: 1, bad: 0 });
    const again = await runDest(['send', '-c', config, file]);
    expect(again.stdout).toContain('4 lines read · 0 accepted · 4 duplicates');
    expect(again.stdout).toContain('nothing is delivered a second time');
    expect(new Set(workspace.lines('ids.ndjson')).size).toBe(3);
    const inMemory = workspace.write('memory.yaml', `outbox: { type: memory }\n${workspace.read('dest.yaml')}`);
    await runDest(['send', '-c', inMemory, file]);
    const ids = workspace.lines('ids.ndjson');
    expect(ids).toHaveLength(6);
    expect(ids.slice(3)).toEqual(ids.slice(0, 3));
  });

  it('tries again what failed, and counts the tries', async () => {
    const config = configure(
      `  - { id: flaky, package: double, init: { failTimes: 2 }, delivery: { retry: { initialDelayMs: 1 } } }\n`,
    );
    const { exitCode, stdout } = await runDest(['send', '-c', config, '--json'], { stdin: events(1) });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).destinations[0]).toMatchObject({ delivered: 1, retried: 2, failed: 0, waiting: 0 });
  });

  it('says why deliveries failed for good, and ends with 1', async () => {
    const config = configure(
      '  - { id: refusing, package: double, init: { refuse: true } }\n  - { id: fine, package: double }\n',
    );
    const json = await runDest(['send', '-c', config, '--json'], { stdin: events(3) });
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout).destinations).toMatchObject([
      { failed: 3, delivered: 0, lastFailure: { code: 'DOUBLE_REFUSES', message: 'the other side refuses it' } },
      { failed: 0, delivered: 3, lastFailure: null },
    ]);
    const text = await runDest(['send', '-c', config], { stdin: events(6).split('\n').slice(3).join('\n') });
    expect(text.stdout).toContain('refusing: 3 failed\n  DOUBLE_REFUSES the other side refuses it\n');
  });

  it('gives up waiting when told to, and reports what waits', async () => {
    const config = configure('  - { id: away, package: double, init: { open: unreachable } }\n');
    const words = ['send', '-c', config, '--json', '--give-up-after', '0.05'];
    const { exitCode, stdout, stderr } = await runDest(words, { stdin: events(3) });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).destinations[0]).toMatchObject({
      matched: 3,
      delivered: 0,
      failed: 0,
      waiting: 3,
      lastFailure: { code: 'DOUBLE_UNREACHABLE' },
    });
    expect(stderr).toContain(`3 not delivered: they are kept in ${workspace.path('.dest/outbox.db')}, and delivered`);
    workspace.write('dest.yaml', `outbox: { type: memory }\n${workspace.read('dest.yaml')}`);
    expect((await runDest(words, { stdin: events(3) })).stderr).toContain('3 not delivered: they waited in memory');
  });

  it('delivers what an earlier run kept, and says so', async () => {
    const config = configure('  - { id: all, package: double, init: { open: unreachable } }\n');
    await runDest(['send', '-c', config, '--give-up-after', '0'], { stdin: events(3) });
    configure('  - { id: all, package: double }\n');
    const { exitCode, stdout } = await runDest(['send', '-c', config, '--json'], { stdin: events(5) });
    expect(exitCode).toBe(0);
    const { lines, destinations } = JSON.parse(stdout);
    expect(lines).toEqual({ read: 5, accepted: 2, duplicates: 3, bad: 0 });
    expect(destinations).toMatchObject([
      { matched: 2, earlier: 3, delivered: 5, failed: 0, waiting: 0, refused: 0, replaced: 0 },
    ]);
    const text = await runDest(['send', '-c', config], { stdin: events(5) });
    expect(text.stdout).not.toContain('earlier');
  });

  it('tells apart what gave way to a later version from what did not fit', async () => {
    const config = configure(
      '  - { id: latest, package: double, onProfileChangeOnly: true, init: { open: unreachable }, delivery: { coalesce: latest } }\n',
    );
    const change = (name: string): object => ({ profile: { id: 'p1', traits: { name } }, changes: ['traits.name'] });
    const { stdout } = await runDest(['send', '-c', config, '--json', '--give-up-after', '0.05'], {
      stdin: ndjson(change('a'), change('b'), change('c')),
    });
    expect(JSON.parse(stdout).destinations).toMatchObject([{ matched: 3, waiting: 1, replaced: 2, refused: 0 }]);
  });

  it('waits for no paused destination; a missing binding ends with 3', async () => {
    const config = configure(
      '  - { id: unbound, package: double, init: { open: unbound } }\n  - { id: fine, package: double }\n',
    );
    const { exitCode, stdout } = await runDest(['send', '-c', config, '--json'], { stdin: events(2) });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).destinations).toMatchObject([
      { waiting: 2, state: 'paused', lastFailure: { code: 'DOUBLE_CLIENT_NOT_INSTALLED' } },
      { delivered: 2 },
    ]);
  });

  it('names a plugin that is missing at the start, delivers to the others and ends with 3', async () => {
    const config = configure(
      "  - { id: lost, package: '@acme/missing' }\n  - { id: fine, package: double }\n",
      "[./double.cjs, '@acme/missing']",
    );
    const { exitCode, stdout, stderr } = await runDest(['send', '-c', config], { stdin: events(2) });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /^\S+dest\.yaml:2:\d+ PLUGIN_NOT_INSTALLED Plugin @acme\/missing .*npm install @acme\/missing/,
    );
    expect(stdout).toMatch(/lost +2 +– +0 +0 +0 +2/);
    expect(stdout).toContain('lost: 2 waiting, unavailable\n  PACKAGE_NOT_LOADED');
    expect(stdout).toMatch(/fine +2 +– +2/);
  });

  it('ends with 2 for a destination that is configured wrongly, unless it is switched off', async () => {
    const config = configure('  - { id: wrong, package: double, init: { path: 5 } }\n');
    const { exitCode, stderr } = await runDest(['send', '-c', config], { stdin: events(1) });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('dest.yaml:4:49 INIT_INVALID');
    configure('  - { id: wrong, enabled: false, package: double, init: { path: 5 } }\n');
    // What is held for one that is switched off is no failure.
    expect(await runDest(['send', '-c', config], { stdin: events(2) })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('counts what did not fit into a lane', async () => {
    const config = configure(
      '  - { id: full, package: double, init: { open: unbound }, delivery: { maxBytes: 150B } }\n  - { id: rolling, package: double, init: { open: unbound }, delivery: { maxBytes: 150B, whenFull: drop-oldest } }\n',
    );
    const { exitCode, stdout } = await runDest(['send', '-c', config, '--json'], { stdin: events(10) });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).destinations).toMatchObject([
      { matched: 10, waiting: 2, refused: 8 },
      { matched: 10, waiting: 2, refused: 8 },
    ]);
  });

  it.each([
    ['no configuration', ['send', '-c', '/nowhere/dest.yaml'], 'CONFIGURATION_UNREADABLE'],
    ['no such file', ['send', '/nowhere/events.ndjson'], 'INPUT_UNREADABLE The events /nowhere/events.ndjson can'],
    ['a folder', ['send', '/'], 'it is a folder'],
  ])('ends with 2 where there is %s', async (_what, words, expected) => {
    const { exitCode, stdout, stderr } = await runDest(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  it('asks for events where nobody pipes any in', async () => {
    const { exitCode, stderr } = await runDest(['send'], { terminals: ['stdin'] });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('INPUT_MISSING');
    expect(stderr).toContain('dest send events.ndjson');
  });

  it('shows progress on a terminal and takes it away at the end', async () => {
    const config = configure('  - { id: all, package: double }\n');
    const file = workspace.write('events.ndjson', `${events(5)}{\n`);
    const { stdout, stderr } = await runDest(['send', '-c', config, file], {
      terminals: ['stderr'],
      environment: { NO_COLOR: '1' },
    });
    expect(stderr).toContain('░ 0% 0 lines · 0/s · 0 delivered · 0 failed');
    expect(stderr).toMatch(/█ 100% 6 lines · [\d,]+\/s · 5 delivered · 0 failed/);
    // What is said meanwhile has a line of its own, and the bar is wiped at the end.
    expect(stderr).toContain('\r\u001b[Kline 6 LINE_NOT_JSON');
    expect(stderr.trimEnd().endsWith('\u001b[2K')).toBe(true);
    expect(stdout).toContain('6 lines read');
    const piped = await runDest(['send', '-c', config], { terminals: ['stderr'], stdin: events(1) });
    expect(piped.stderr).toContain('0 lines');
    expect(piped.stderr).not.toContain('%');
  });

  it('logs with --verbose', async () => {
    const config = configure('  - { id: refusing, package: double, init: { refuse: true } }\n');
    const { stderr, stdout } = await runDest(['send', '-c', config, '--verbose', '--json'], { stdin: events(1) });
    expect(stderr).toContain('error A delivery failed for good: it is a dead letter {"destination":"refusing"');
    expect(JSON.parse(stdout).lines.read).toBe(1);
  });

  it.each([['SIGINT', 130] as const, ['SIGTERM', 143] as const])(
    'stops reading at %s, delivers what it has and reports',
    async (signal, expected) => {
      const config = configure("  - { id: all, package: '@dest/file', init: { path: all.ndjson } }\n");
      const stdin = openStdin();
      const interruption = new Interruption();
      const running = runDest(['send', '-c', config, '--json'], { stdin, interruption });
      stdin.write(events(3));
      while (!workspace.exists('all.ndjson')) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(interruption.interrupt(signal)).toBe(true);
      expect(interruption.interrupt(signal)).toBe(false);
      const { exitCode, stdout } = await running;
      expect(exitCode).toBe(expected);
      expect(JSON.parse(stdout).destinations[0]).toMatchObject({ matched: 3, delivered: 3 });
      expect(stdin.destroyed).toBe(true);
    },
  );

  it('still delivers at a signal what can be delivered at once', async () => {
    const config = configure(
      `  - { id: slow, package: double, init: { path: '${workspace.path('slow')}', delayMs: 30 }, delivery: { concurrency: 1 } }\n`,
    );
    const interruption = new Interruption();
    const running = runDest(['send', '-c', config, '--json'], { stdin: events(5), interruption });
    while (!workspace.exists('slow')) await new Promise((resolve) => setTimeout(resolve, 5));
    interruption.interrupt('SIGTERM');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(143);
    expect(JSON.parse(stdout).destinations[0]).toMatchObject({ matched: 5, delivered: 5, waiting: 0 });
  });

  it('ends the wait for retries at a signal', async () => {
    const config = configure(
      '  - { id: flaky, package: double, init: { failTimes: 9, path: tried }, delivery: { retry: { initialDelayMs: 60000 } } }\n  - { id: all, package: "@dest/file", init: { path: all.ndjson } }\n',
    );
    const interruption = new Interruption();
    const running = runDest(['send', '-c', config, '--json'], { stdin: events(1), interruption });
    while (!workspace.exists('all.ndjson')) await new Promise((resolve) => setTimeout(resolve, 5));
    interruption.interrupt('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout).destinations[0]).toMatchObject({ delivered: 0, waiting: 1 });
  });

  it('is held back by a slow lane, never by a paused one, and loses nothing', async () => {
    const config = configure(
      "  - { id: slow, package: double, init: { delayMs: 1 }, delivery: { concurrency: 200 } }\n  - { id: paused, package: double, init: { open: unbound } }\n  - { id: all, package: '@dest/file', init: { path: all.ndjson } }\n",
    );
    const stdin = openStdin();
    const running = runDest(['send', '-c', config, '--json'], { stdin });
    const text = events(9_000);
    for (let start = 0; start < text.length; start += 65_536) {
      if (!stdin.write(text.slice(start, start + 65_536))) await new Promise((resolve) => stdin.once('drain', resolve));
    }
    stdin.end();
    const { stdout } = await running;
    // A paused lane holds nobody back.
    expect(JSON.parse(stdout).destinations).toMatchObject([
      { matched: 9_000, delivered: 9_000 },
      { matched: 9_000, waiting: 9_000 },
      { matched: 9_000, delivered: 9_000 },
    ]);
  });
});
