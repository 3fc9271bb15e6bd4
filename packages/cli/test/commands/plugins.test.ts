import { rmSync } from 'node:fs';
import { writeAcme } from '../support/acme-plugin';
import { startDest } from '../support/child-dest';
import { runDest } from '../support/run-dest';
import { createWorkspace, type Workspace } from '../support/workspace';

describe('dest plugins', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  it('lists what each plugin registers', async () => {
    const config = workspace.write('dest.yaml', "version: 1\nplugins: ['@dest/file', ./double.cjs]\n");
    const { exitCode, stdout, stderr } = await runDest(['plugins', '-c', config]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/✔ +@dest\/file +\d+\.\d+\.\d+ +@dest\/file +destination +File/);
    expect(stdout).toMatch(
      /✔ +\.\/double\.cjs +– +checked-double +destination +Double with a check\n +double +destination +Double/,
    );
  });

  it('names those that could not be loaded with code, cause and remedy', async () => {
    const config = workspace.write(
      'dest.yaml',
      "version: 1\nplugins: ['@dest/file', { package: '@acme/missing', range: ^1.0.0 }]\n",
    );
    const text = await runDest(['plugins', '-c', config]);
    expect(text.exitCode).toBe(3);
    expect(text.stdout).toContain('dest.yaml:2:25 PLUGIN_NOT_INSTALLED Plugin @acme/missing is not installed');
    expect(text.stdout).toContain('npm install @acme/missing');
    const json = await runDest(['plugins', '-c', config, '--json']);
    expect(json.exitCode).toBe(3);
    expect(JSON.parse(json.stdout).plugins).toMatchObject([
      { plugin: '@dest/file', range: null, status: 'described', types: [{ package: '@dest/file' }], issue: null },
      {
        plugin: '@acme/missing',
        range: '^1.0.0',
        status: 'failed',
        version: null,
        types: [],
        issue: { code: 'PLUGIN_NOT_INSTALLED', path: '/plugins/1', line: 2 },
      },
    ]);
  });

  it('runs nothing of a plugin that has a manifest, unless it is asked to', async () => {
    const folder = writeAcme(workspace, 'node_modules/acme');
    await runDest(['manifest', folder]);
    const wasRun = 'node_modules/acme/was-run';
    const forget = (): void => rmSync(workspace.path(wasRun), { force: true });
    forget();
    // Destinations are not looked at: a configuration of which one is wrong has plugins all the same.
    const config = workspace.write(
      'dest.yaml',
      'version: 1\nplugins: [acme]\ndestinations: [{ id: a, package: acme, condition: "(" }]\n',
    );
    const { exitCode, stdout } = await runDest(['plugins', '-c', config, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).plugins).toMatchObject([
      {
        plugin: 'acme',
        status: 'described',
        version: '1.2.3',
        hosts: ['{credentials.host}'],
        native: [],
        types: [{ title: 'Acme', capabilities: { batches: false }, schemas: { credentials: { type: 'object' } } }],
        warnings: [],
      },
    ]);
    expect(workspace.exists(wasRun)).toBe(false);
    const imported = await startDest(['plugins', '--import', '--json'], workspace.folder).ended();
    expect(imported.exitCode).toBe(0);
    expect(JSON.parse(imported.stdout).plugins).toMatchObject([{ status: 'loaded', types: [{ title: 'Acme' }] }]);
    expect(workspace.exists(wasRun)).toBe(true);
  });

  it('warns of a manifest that is not of the plugin, and so does validate', async () => {
    const folder = writeAcme(workspace, 'node_modules/acme');
    await runDest(['manifest', folder]);
    const manifest = workspace.read('node_modules/acme/dest.manifest.json');
    workspace.write(
      'node_modules/acme/dest.manifest.json',
      manifest.replace('"title": "Acme"', '"title": "Old\\u001b[2J"'),
    );
    const config = workspace.write('dest.yaml', 'version: 1\nplugins: [./double.cjs, acme]\n');
    const byManifest = await runDest(['plugins', '-c', config]);
    expect(byManifest.exitCode).toBe(0);
    expect(byManifest.stdout).toMatch(/✔ +acme +1\.2\.3 +acme +destination +Old \[2J/);
    const byCode = await runDest(['plugins', '--import', '-c', config]);
    expect(byCode.exitCode).toBe(0);
    expect(byCode.stdout).toMatch(/! +acme +1\.2\.3 +acme +destination +Acme/);
    expect(byCode.stdout).toContain('dest.yaml:2:25 PLUGIN_MANIFEST_DRIFT warning: Plugin acme');
    const validated = await runDest(['validate', config]);
    expect(validated.exitCode).toBe(0);
    expect(validated.stdout).toContain('PLUGIN_MANIFEST_DRIFT');
    expect(validated.stdout).toContain('is valid: 2 plugins, 0 destinations, 1 warning');
  });

  it('tells of a manifest’s package that another version was asked for', async () => {
    const folder = writeAcme(workspace, 'node_modules/acme');
    await runDest(['manifest', folder]);
    const config = workspace.write('dest.yaml', 'version: 1\nplugins: [{ package: acme, range: ^2.0.0 }]\n');
    const { exitCode, stdout } = await runDest(['plugins', '-c', config]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('PLUGIN_RANGE_UNMET');
  });

  it('says so where none are listed', async () => {
    const config = workspace.write('dest.yaml', 'version: 1\n');
    const { exitCode, stdout } = await runDest(['plugins', '-c', config]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('lists no plugins');
  });

  it('ends with 2 for a configuration that can’t be used', async () => {
    const config = workspace.write('dest.yaml', 'version: 2\n');
    const { exitCode, stdout, stderr } = await runDest(['plugins', '-c', config, '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'CONFIGURATION_INVALID',
      issues: [{ code: 'SCHEMA', path: '/version', line: 1 }],
    });
    expect(stderr).toContain('dest.yaml:1:10 SCHEMA');
  });
});
