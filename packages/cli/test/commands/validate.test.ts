import { runDest } from '../support/run-dest';
import { createWorkspace, type Workspace } from '../support/workspace';

describe('dest validate', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  const VALID = `version: 1
plugins: ['@dest/file']
destinations:
  - id: all
    package: '@dest/file'
    init: { path: out.ndjson }
`;

  it('counts what a valid configuration has', async () => {
    const config = workspace.write('dest.yaml', VALID);
    expect(await runDest(['validate', config])).toEqual({
      exitCode: 0,
      stdout: `✔ ${config} is valid: 1 plugin, 1 destination\n`,
      stderr: '',
    });
    const { stdout } = await runDest(['validate', '-c', config, '--json']);
    expect(JSON.parse(stdout)).toEqual({ valid: true, issues: [] });
  });

  it('names every issue with its line and column, in their order', async () => {
    const config = workspace.write(
      'dest.yaml',
      `${VALID.replace('init:', 'condition: profile@age >\n    init:')}  - { id: wrong, package: '@dest/file', init: { path: 5 } }\n`,
    );
    const { exitCode, stdout } = await runDest(['validate', config]);
    expect(exitCode).toBe(2);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/dest\.yaml:6:16 CONDITION_\w+ Destination all: /);
    expect(stdout).toContain('dest.yaml:8:55 INIT_INVALID Destination wrong: init.path: should be a string');
    expect(lines.at(-1)).toBe(`✘ ${config}: 2 errors`);
  });

  it('gives issues as JSON with exactly their fields', async () => {
    const config = workspace.write('dest.yaml', VALID.replace('out.ndjson', '5'));
    const { exitCode, stdout } = await runDest(['validate', config, '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      issues: [
        {
          code: 'INIT_INVALID',
          path: '/destinations/0/init/path',
          message: expect.stringContaining('init.path: should be a string'),
          line: 6,
          column: 19,
          severity: 'error',
        },
      ],
    });
  });

  it('takes a warning for what it is', async () => {
    const config = workspace.write('dest.yaml', VALID.replace('init:', 'mapping: { id: profle@id }\n    init:'));
    const { exitCode, stdout } = await runDest(['validate', config]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('warning:');
    expect(stdout).toContain('is valid: 1 plugin, 1 destination, 1 warning');
  });

  it.each([
    ['a package that is not installed', "plugins: ['@dest/file', '@acme/missing']"],
    ['a file that is broken', "plugins: ['@dest/file', ./broken.cjs]"],
  ])('ends with 3 where all that is wrong is %s', async (_what, plugins) => {
    workspace.write('broken.cjs', "throw new Error('broken')");
    const config = workspace.write('dest.yaml', VALID.replace("plugins: ['@dest/file']", plugins));
    const { exitCode, stdout } = await runDest(['validate', config]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/dest\.yaml:2:\d+ PLUGIN_/);
  });

  it('ends with 3 where a destination’s own plugin is missing, and with 2 where its package is not listed', async () => {
    const config = workspace.write('dest.yaml', VALID.replaceAll('@dest/file', '@acme/missing'));
    expect(await runDest(['validate', config])).toMatchObject({ exitCode: 3 });
    workspace.write('dest.yaml', VALID.replace("package: '@dest/file'", "package: '@dest/fiel'"));
    const unknown = await runDest(['validate', config]);
    expect(unknown).toMatchObject({ exitCode: 2 });
    expect(unknown.stdout).toContain('Did you mean @dest/file?');
  });

  it('ends with 3 where a name may be that of a file which could not be loaded', async () => {
    workspace.write('broken.cjs', "throw new Error('broken')");
    const config = workspace.write('dest.yaml', VALID.replaceAll("'@dest/file'", './broken.cjs'));
    expect(await runDest(['validate', config])).toMatchObject({ exitCode: 3 });
  });

  it('ends with 2 where something else is wrong as well', async () => {
    const config = workspace.write(
      'dest.yaml',
      VALID.replace("['@dest/file']", "['@dest/file', '@acme/missing']").replace('out.ndjson', '5'),
    );
    expect(await runDest(['validate', config])).toMatchObject({ exitCode: 2 });
  });

  it('says what to do where there is no configuration', async () => {
    const { exitCode, stdout } = await runDest(['validate', workspace.path('none.yaml')]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('CONFIGURATION_UNREADABLE');
    expect(stdout).toContain('Make one with dest init');
    const json = await runDest(['validate', workspace.path('none.yaml'), '--json']);
    expect(JSON.parse(json.stdout).issues[0]).toMatchObject({ path: '', line: null, column: null });
  });

  it('never prints a secret', async () => {
    workspace.write('leaky.cjs', "throw new Error('refused canary-7f3a')");
    const yaml = `version: 1
plugins: [./double.cjs, ./leaky.cjs]
resources:
  - { id: door, credentials: { production: { user: 5, password: '\${SECRET}' }, test: { password: '\${SECRET}' } } }
  - { id: gate, credentials: { production: { password: [1], user: '\${SECRET}' } } }
destinations:
  - { id: one, package: double, resource: { id: door } }
  - { id: two, package: double, resource: { id: gate } }
`;
    const config = workspace.write('dest.yaml', yaml);
    for (const words of [['validate'], ['validate', '--json'], ['plugins'], ['plugins', '--json'], ['explain']]) {
      const environment = { SECRET: 'canary-7f3a' };
      const { stdout, stderr } = await runDest([...words, '-c', config], { environment, stdin: '' });
      expect(stdout + stderr).toContain('refused •••');
      expect(stdout + stderr).not.toContain('canary');
    }
  });

  it('ends with 2 where YAML’s aliases lead in a circle', async () => {
    const config = workspace.write('dest.yaml', VALID.replace('{ path: out.ndjson }', '&c { path: *c }'));
    const { exitCode, stdout } = await runDest(['validate', config]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('dest.yaml:6:22 SCHEMA destinations[0].init.path: contains itself');
  });

  it('runs the configuration’s tests, and shows what differs', async () => {
    const tested = (total: number): string => `${VALID}    eventType: order
    mapping: { total: event@total }
    tests:
      - { given: { event: { type: order, total: 5 } }, expect: { selected: true, data: { total: ${total} } } }
      - { name: views, given: { event: { type: view } }, expect: { reason: event-type } }
`;
    const good = workspace.write('good.yaml', tested(5));
    expect(await runDest(['validate', good])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('1 destination, 2 tests passed'),
    });
    const bad = workspace.write('bad.yaml', tested(6));
    const { exitCode, stdout } = await runDest(['validate', bad]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(
      'bad.yaml:10:9 CONFIGURATION_TEST_FAILED Destination all: test 1 fails:\n    - data.total: 6\n    + data.total: 5\n',
    );
    const { stdout: json } = await runDest(['validate', bad, '--json']);
    expect(JSON.parse(json)).toMatchObject({
      valid: false,
      issues: [{ code: 'CONFIGURATION_TEST_FAILED', path: '/destinations/0/tests/0', line: 10 }],
    });
  });
});
