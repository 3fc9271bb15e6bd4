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
      { plugin: '@dest/file', range: null, status: 'loaded', types: [{ package: '@dest/file' }], issue: null },
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
