import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { DEST, startDest, type ChildDest } from './support/child-dest';
import { until } from './support/until';
import { createWorkspace, ndjson, type Workspace } from './support/workspace';

describe('the built dest run', () => {
  let workspace: Workspace;
  const children: ChildDest[] = [];
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(async () => {
    for (const { process: child, ended } of children.splice(0)) {
      child.kill('SIGKILL');
      await ended();
    }
    workspace.remove();
  });

  const configure = (init: string): void =>
    void workspace.write(
      'dest.yaml',
      `version: 1\nplugins: [./double.cjs]\ndestinations:\n  - { id: all, package: double, init: { path: all.ndjson, ${init} }, mapping: event@id }\n`,
    );
  const start = (...words: string[]): ChildDest => {
    const child = startDest(words, workspace.folder);
    children.push(child);
    return child;
  };
  const startHost = async (...words: string[]): Promise<ChildDest> => {
    const host = start('run', ...words);
    await host.wrote('Ready');
    return host;
  };
  const events = (from: number, to: number): string =>
    ndjson(
      ...Array.from({ length: to - from }, (_none, index) => ({ event: { id: `e${from + index}`, type: 'seen' } })),
    );
  const delivered = (): unknown[] => (workspace.exists('all.ndjson') ? workspace.lines('all.ndjson') : []);

  it('loses nothing that it acknowledged where it is killed, and leaves nothing in the next one’s way', async () => {
    configure('open: unreachable');
    const killed = await startHost('--acks');
    killed.process.stdin.write(events(0, 300));
    await killed.wrote('"id":"e299"');
    killed.process.kill('SIGKILL');
    const { stdout } = await killed.ended();
    const acknowledged = stdout.split('\n').flatMap((line) => /"id":"(\w+)"/.exec(line)?.[1] ?? []);
    expect(existsSync(workspace.path('.dest/control.sock'))).toBe(true);
    configure('delayMs: 0');
    await startHost('--no-stdin');
    await until(() => acknowledged.every((id) => delivered().includes(id)));
    expect(new Set(delivered()).size).toBe(delivered().length);
    expect(await start('lanes').ended()).toMatchObject({ exitCode: 0 });
  });

  it('reads its configuration again at SIGHUP; other commands end by it', async () => {
    configure('delayMs: 0');
    const host = await startHost();
    workspace.write('dest.yaml', workspace.read('dest.yaml').replace('id: all', 'id: other'));
    host.process.kill('SIGHUP');
    await host.wrote('SIGHUP: The configuration is taken: added other; removed all.');
    host.process.stdin.write(events(0, 1));
    await until(() => delivered().length > 0);
    configure('open: hang');
    const check = start('send', '--verbose');
    await check.wrote('in use');
    configure('delayMs: 0');
    host.process.kill('SIGTERM');
    expect((await host.ended()).exitCode).toBe(143);
    const send = start('send');
    send.process.stdin.write(events(1, 2));
    await until(() => delivered().length > 1);
    send.process.kill('SIGHUP');
    expect((await send.ended()).exitCode).toBe(129);
  });

  it('reads its configuration again when it is ready, where SIGHUP came before', async () => {
    configure('delayMs: 0');
    workspace.write(
      'slow.mjs',
      `process.stderr.write('loading'); await new Promise((later) => setTimeout(later, 1_000));\n`,
    );
    const config = workspace.read('dest.yaml');
    workspace.write('dest.yaml', config.replace('./double.cjs', './double.cjs, ./slow.mjs'));
    const host = start('run', '--no-stdin');
    await host.wrote('loading');
    host.process.kill('SIGHUP');
    await host.wrote('SIGHUP: The configuration is ');
    await host.wrote('Ready');
    host.process.kill('SIGTERM');
    expect((await host.ended()).exitCode).toBe(143);
  });

  /** A destination that hangs, and says so; the host would wait for it for a long while. */
  function configureHanging(): void {
    configure('hang: true');
    workspace.write('dest.yaml', `shutdownMs: 600000\n${workspace.read('dest.yaml')}`);
    const double = workspace.read('double.cjs');
    workspace.write(
      'double.cjs',
      double.replace('if (hang) await', "if (hang) process.stderr.write('hanging'); if (hang) await"),
    );
  }

  it('ends at a signal in good order, and at once at a second one', async () => {
    configureHanging();
    const host = await startHost();
    host.process.stdin.write(events(0, 1));
    await host.wrote('hanging');
    host.process.kill('SIGINT');
    await host.wrote('nothing more is read');
    host.process.kill('SIGTERM');
    const { exitCode, stderr } = await host.ended();
    expect(exitCode).toBe(143);
    expect(stderr).toContain('SIGTERM again: ended at once.');
  });

  it('what was under way when it was ended at once, on purpose, is not taken for what crashed it', async () => {
    configureHanging();
    // Three crashes would make it a dead letter, and it would not be tried again.
    for (let round = 0; round < 4; round++) {
      const host = await startHost();
      if (round === 0) host.process.stdin.write(events(0, 1));
      await host.wrote('hanging');
      host.process.kill('SIGINT');
      await host.wrote('nothing more is read');
      host.process.kill('SIGTERM');
      expect((await host.ended()).exitCode).toBe(143);
    }
  });

  it.each([[['--acks']], [['--acks', '--json']]])('ends at a signal although nobody reads on: %j', async (words) => {
    configure('delayMs: 0');
    // Never read: the pipe fills up.
    const host = spawn(process.execPath, [DEST, 'run', ...words], { cwd: workspace.folder, stdio: 'pipe' });
    try {
      let said = '';
      host.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await until(() => said.includes('Ready'));
      // More than it takes; the rest stays here.
      host.stdin.on('error', () => undefined).write(events(0, 50_000));
      let before = -1;
      await until(async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const now = delivered().length;
        const stands = now > 0 && now === before;
        before = now;
        return stands;
      });
      host.kill('SIGTERM');
      expect((await once(host, 'exit'))[0]).toBe(143);
      expect(said).toMatch(/read and not taken|"notTaken":[1-9]/);
    } finally {
      host.kill('SIGKILL');
    }
  });

  it.each(['a reader that is gone', 'a full disk'])('ends where it can’t acknowledge: %s', async (how) => {
    configure('delayMs: 0');
    const full = how === 'a full disk' ? openSync('/dev/full', 'w') : undefined;
    const stdio = ['pipe', full ?? 'pipe', 'pipe'] as const;
    const host = spawn(process.execPath, [DEST, 'run', '--acks'], { cwd: workspace.folder, stdio: [...stdio] });
    try {
      let said = '';
      host.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
      host.stdout?.destroy();
      host.stdin!.write(events(0, 1));
      expect((await once(host, 'exit'))[0]).toBe(1);
      expect(said).toContain("error The reading has ended: The acknowledgements can't be written to stdout: ");
      expect(said).toContain(how === 'a full disk' ? 'ENOSPC' : 'whoever read them is gone');
    } finally {
      host.kill('SIGKILL');
      if (full !== undefined) closeSync(full);
    }
  });

  it('takes in what is piped into it as fast as it goes, and ends with its input where that is asked', async () => {
    configure('delayMs: 0');
    workspace.write(
      'dest.yaml',
      workspace.read('dest.yaml').replace('mapping', 'delivery: { concurrency: 100 }, mapping'),
    );
    const host = start('run', '--until-eof', '--json');
    const text = events(0, 20_000);
    for (let from = 0; from < text.length; from += 65_536) {
      if (!host.process.stdin.write(text.slice(from, from + 65_536))) await once(host.process.stdin, 'drain');
    }
    host.process.stdin.end();
    const { exitCode, stdout } = await host.ended();
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      lines: { read: 20_000, accepted: 20_000 },
      lanes: [{ delivered: 20_000 }],
    });
    expect(new Set(delivered()).size).toBe(20_000);
  });

  it('has dest send refused, which says where the events go instead', async () => {
    configure('delayMs: 0');
    const host = await startHost();
    const send = start('send');
    send.process.stdin.end(events(0, 1));
    const { exitCode, stdout, stderr } = await send.ended();
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(`OUTBOX_LOCKED A host runs on this outbox (process ${host.process.pid})`);
    expect(stderr).toContain('Pipe them into its dest run');
  });

  it('needs no stdin at all', async () => {
    configure('delayMs: 0');
    const host = await startHost();
    host.process.stdin.end();
    await host.wrote('stdin has ended after 0 lines');
    expect(await start('lanes').ended()).toMatchObject({ exitCode: 0 });
    host.process.kill('SIGTERM');
    const { exitCode, stdout } = await host.ended();
    expect(exitCode).toBe(143);
    expect(stdout).toContain('0 lines read');
    expect(existsSync(workspace.path('.dest/control.sock'))).toBe(false);
  });
});
