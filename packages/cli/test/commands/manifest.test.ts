import { writeAcme } from '../support/acme-plugin';
import { runDest } from '../support/run-dest';
import { createWorkspace, type Workspace } from '../support/workspace';

const FILE = 'acme/dest.manifest.json';

describe('dest manifest', () => {
  let workspace: Workspace;
  let folder: string;
  beforeEach(() => {
    workspace = createWorkspace();
    folder = writeAcme(workspace, 'acme');
  });
  afterEach(() => workspace.remove());

  it('describes a package, and finds it up to date after that', async () => {
    const first = await runDest(['manifest', folder]);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/✔ .*dest\.manifest\.json written: acme 1\.2\.3, 1 type\n$/);
    const written = workspace.read(FILE);
    expect(JSON.parse(written)).toMatchObject({
      package: 'acme',
      version: '1.2.3',
      hosts: ['{credentials.host}'],
      types: [{ package: 'acme', title: 'Acme', forms: { credentials: [{ pointer: '/host' }] } }],
    });
    const second = await runDest(['manifest', folder]);
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.stdout).toContain('is up to date');
    expect(await runDest(['manifest', folder, '--check'])).toMatchObject({ exitCode: 0 });
    expect(workspace.read(FILE)).toBe(written);
  });

  it('leaves one alone that somebody only formatted otherwise', async () => {
    await runDest(['manifest', folder]);
    const formatted = JSON.stringify(JSON.parse(workspace.read(FILE)));
    workspace.write(FILE, formatted);
    expect(await runDest(['manifest', folder, '--check'])).toMatchObject({ exitCode: 0 });
    await runDest(['manifest', folder]);
    expect(workspace.read(FILE)).toBe(formatted);
  });

  it('with --check writes nothing, says what differs, and ends with 1', async () => {
    const none = await runDest(['manifest', folder, '--check']);
    expect(none).toMatchObject({ exitCode: 1 });
    expect(none.stdout).toContain('there is none');
    expect(workspace.exists(FILE)).toBe(false);
    await runDest(['manifest', folder]);
    const before = workspace.read(FILE);
    writeAcme(workspace, 'acme', { version: '2.0.0' });
    const drifted = await runDest(['manifest', folder, '--check']);
    expect(drifted.exitCode).toBe(1);
    expect(drifted.stdout).toContain('version is "1.2.3" there, and "2.0.0" in the package');
    expect(drifted.stdout).toContain(`Write it anew with dest manifest ${folder}.`);
    expect(workspace.read(FILE)).toBe(before);
    const json = await runDest(['manifest', folder, '--check', '--json']);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      package: 'acme',
      version: '2.0.0',
      file: workspace.path(FILE),
      status: 'drifted',
      types: ['acme'],
      differences: ['version is "1.2.3" there, and "2.0.0" in the package'],
    });
  });

  it('writes one anew that can’t be used', async () => {
    workspace.write(FILE, '{ no');
    const { exitCode, stdout } = await runDest(['manifest', folder, '--check']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("can't be used");
    expect(JSON.parse((await runDest(['manifest', folder, '--json'])).stdout)).toMatchObject({ status: 'written' });
    expect(JSON.parse(workspace.read(FILE))).toMatchObject({ package: 'acme' });
  });

  it('warns where it would not be published', async () => {
    writeAcme(workspace, 'acme', { files: ['index.js'] });
    const { exitCode, stderr } = await runDest(['manifest', folder]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('"files" of package.json leave dest.manifest.json out');
  });

  it.each([
    ['declares a host wrongly', { dest: { api: 1, hosts: ['https://a.example'] } }, 'PLUGIN_DECLARATION_INVALID'],
    ['declares a setting that is none', { dest: { api: 1, hosts: ['{init.host}'] } }, 'PLUGIN_DECLARATION_INVALID'],
    ['has a name that is not its classes’', { name: 'other' }, 'PLUGIN_NAME_FOREIGN'],
    ['is no plugin', { dest: undefined }, 'PLUGIN_NOT_A_PLUGIN'],
  ])('refuses a package that %s', async (_what, more, code) => {
    writeAcme(workspace, 'acme', more);
    const { exitCode, stdout, stderr } = await runDest(['manifest', folder]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(code);
    expect(workspace.exists(FILE)).toBe(false);
  });

  it('refuses a file', async () => {
    const { exitCode, stderr } = await runDest(['manifest', workspace.path('double.cjs')]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('PLUGIN_NOT_A_PLUGIN');
  });
});
