import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDest } from '../support/run-dest';
import { createWorkspace, type Workspace } from '../support/workspace';

describe('dest init', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  it('writes files that validate and send as they stand', async () => {
    const folder = workspace.path('shop');
    const made = await runDest(['init', folder]);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toContain('npx dest send events.ndjson');
    const config = join(folder, 'dest.yaml');
    expect(await runDest(['validate', config])).toMatchObject({ exitCode: 0 });
    const sent = await runDest(['send', '-c', config, join(folder, 'events.ndjson'), '--json']);
    expect(sent.exitCode).toBe(0);
    expect(JSON.parse(sent.stdout).destinations).toMatchObject([
      { destination: 'big-orders', delivered: 1 },
      { destination: 'archive', delivered: 4 },
      { destination: 'profiles', delivered: 1 },
    ]);
    expect(workspace.lines('shop/out/big-orders.ndjson')).toEqual([
      { id: 'event-2', total: 149.9, email: 'ada@example.com' },
    ]);
  });

  it('points editors to the schema of the installed host', async () => {
    await runDest(['init', workspace.path('deep/shop')]);
    const [, schema] = /^# yaml-language-server: \$schema=(.+)$/m.exec(workspace.read('deep/shop/dest.yaml')) ?? [];
    expect(schema).toBe('../../node_modules/@dest/host/schema/dest.schema.json');
    const found = JSON.parse(readFileSync(join(workspace.path('deep/shop'), schema as string), 'utf8'));
    expect(found.properties.version).toEqual({ const: 1, description: expect.any(String) });
  });

  it('overwrites nothing without --force', async () => {
    const file = workspace.write('dest.yaml', 'mine');
    const refused = await runDest(['init', workspace.folder]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('FILE_EXISTS dest.yaml is in');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(() => workspace.read('events.ndjson')).toThrow('ENOENT');
    expect(await runDest(['init', workspace.folder, '--force'])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(file, 'utf8')).toContain('version: 1');
  });

  it('adds to .gitignore what it lacks', async () => {
    writeFileSync(workspace.path('.gitignore'), '*.log\nout/');
    await runDest(['init', workspace.folder]);
    expect(workspace.read('.gitignore')).toBe('*.log\nout/\nnode_modules/\n.dest/\n.env\n');
    await runDest(['init', workspace.folder, '--force']);
    expect(workspace.read('.gitignore')).toBe('*.log\nout/\nnode_modules/\n.dest/\n.env\n');
  });

  it('says as JSON what it wrote', async () => {
    const { stdout } = await runDest(['init', workspace.folder, '--json']);
    expect(JSON.parse(stdout)).toEqual({
      folder: workspace.folder,
      written: ['dest.yaml', 'events.ndjson', '.gitignore'],
      toInstall: [],
    });
  });

  it('says what to install where it is not', async () => {
    workspace.write('node_modules/.keep', '');
    const elsewhere = createWorkspace();
    try {
      elsewhere.remove();
      const { stdout } = await runDest(['init', elsewhere.folder]);
      expect(stdout).toContain('npm install @dest/core @dest/cli @dest/host @dest/file');
      expect(stdout).toContain(`cd ${elsewhere.folder}`);
    } finally {
      elsewhere.remove();
    }
  });
});
