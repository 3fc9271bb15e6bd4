import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEST, startDest } from './support/child-dest';
import { createWorkspace, ndjson, type Workspace } from './support/workspace';

const ROOT = resolve(__dirname, '..', '..', '..');

describe('the built dest', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
    workspace.write(
      'dest.yaml',
      `version: 1
plugins: ['@dest/file', ./double.cjs]
destinations:
  - { id: all, package: '@dest/file', init: { path: all.ndjson } }
`,
    );
  });
  afterEach(() => workspace.remove());

  const lines = (amount: number): string =>
    ndjson(...Array.from({ length: amount }, (_none, index) => ({ event: { id: `e${index}`, type: 'seen' } })));

  it('sends what is piped in, by the configuration of the working directory', async () => {
    const dest = startDest(['send', '--json'], workspace.folder);
    dest.process.stdin.end(lines(3));
    const { exitCode, stdout, stderr } = await dest.ended();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout).lines).toEqual({ read: 3, accepted: 3, duplicates: 0, bad: 0 });
    expect(workspace.lines('all.ndjson')).toHaveLength(3);
  });

  it.each([[['plugins', '--import']], [['validate']], [['send', 'none-yet.ndjson']]])(
    'has nothing of what plugins write by console on stdout: %j',
    async (words) => {
      const writes = [
        "console.log('%s a log', 'chatty')",
        "console.info('an info')",
        "console.debug('a debug')",
        'console.table([{ of: 1 }])',
        'console.dir({ a: 1 })',
        "console.group('a group')",
        "require('node:console').log('by the module')",
      ];
      workspace.write('double.cjs', `${writes.join(';\n')};\n${workspace.read('double.cjs')}`);
      workspace.write('none-yet.ndjson', '');
      const { exitCode, stdout, stderr } = await startDest([...words, '--json'], workspace.folder).ended();
      expect(exitCode).toBe(0);
      expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      for (const text of ['chatty a log', 'an info', 'a debug', '│', '{ a: 1 }', 'a group', 'by the module']) {
        expect(stderr).toContain(text);
      }
    },
  );

  it.each([
    [2, ['send', 'none.ndjson']],
    [2, ['sned']],
    [0, ['check']],
  ])('ends with %d for %j', async (expected, words) => {
    const dest = startDest(words, workspace.folder);
    expect((await dest.ended()).exitCode).toBe(expected);
  });

  it.each([[['run']], [['send']], [['explain', '-']]])('ends with 2 where stdin is a folder: %j', async (words) => {
    const folder = openSync(workspace.folder, 'r');
    const child = spawn(process.execPath, [DEST, ...words], {
      cwd: workspace.folder,
      stdio: [folder, 'ignore', 'pipe'],
    });
    closeSync(folder);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    try {
      expect((await once(child, 'close'))[0]).toBe(2);
      expect(said).toContain('INPUT_UNREADABLE Nothing can be read from stdin: it is a folder.');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('ends although a plugin left a timer behind', async () => {
    workspace.write('double.cjs', `${workspace.read('double.cjs')}\nsetInterval(() => undefined, 1000);`);
    const dest = startDest(['validate'], workspace.folder);
    expect((await dest.ended()).exitCode).toBe(0);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('closes in good order at %s', async (signal, expected) => {
    const dest = startDest(['send'], workspace.folder);
    dest.process.stdin.write(lines(3));
    while (!existsSync(workspace.path('all.ndjson'))) await new Promise((later) => setTimeout(later, 10));
    dest.process.kill(signal);
    const { exitCode, stdout } = await dest.ended();
    expect(exitCode).toBe(expected);
    expect(stdout).toContain('3 lines read');
    expect(stdout).toMatch(/all +3 +– +3/);
  });

  it('ends at once at a second signal', async () => {
    workspace.write(
      'dest.yaml',
      `version: 1
plugins: [./double.cjs]
destinations:
  - { id: stuck, package: double, init: { started: started, hang: true } }
`,
    );
    workspace.write(
      'double.cjs',
      workspace
        .read('double.cjs')
        .replace('hang: {', "started: { type: 'string' }, hang: {")
        .replace('if (hang) await', "if (hang) process.stderr.write('started'); if (hang) await"),
    );
    const dest = startDest(['send', '--give-up-after', '600'], workspace.folder);
    dest.process.stdin.write(lines(1));
    await dest.wrote('started');
    dest.process.kill('SIGINT');
    await dest.wrote('nothing more is read');
    dest.process.kill('SIGINT');
    const { exitCode, stdout } = await dest.ended();
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  });

  it('ends at once at a signal where a command has nothing to close', async () => {
    workspace.write('double.cjs', "process.stderr.write('started'); await new Promise(() => undefined);");
    workspace.write('dest.yaml', 'version: 1\nplugins: [./double.mjs]\n');
    workspace.write('double.mjs', workspace.read('double.cjs'));
    const dest = startDest(['validate'], workspace.folder);
    await dest.wrote('started');
    dest.process.kill('SIGTERM');
    expect((await dest.ended()).exitCode).toBe(143);
  });

  it('ends quietly where nobody reads on', async () => {
    workspace.write('events.ndjson', lines(20_000));
    const dest = startDest(['explain', 'events.ndjson'], workspace.folder);
    await once(dest.process.stdout, 'data');
    dest.process.stdout.destroy();
    const { exitCode, stderr } = await dest.ended();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it('runs the quickstart', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'examples', 'quickstart', 'run.mjs')], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] },
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const [exitCode] = (await once(child, 'close')) as [number];
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/orders +14 +28 event-type +14/);
    expect(stdout).toContain('42 lines read · 42 accepted · 0 bad');
    const delivered = readFileSync(join(ROOT, 'examples', 'quickstart', 'out', 'cart-reminders.ndjson'), 'utf8');
    expect(delivered.split('\n')[0]).toBe(
      '{"to":"ada.marsh@example.com","subject":"Still thinking about it, Ada Marsh?","value":89,"products":["Desk lamp"]}',
    );
  });
});
