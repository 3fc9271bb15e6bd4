import { runDest } from '../support/run-dest';
import { createWorkspace, type Workspace } from '../support/workspace';

describe('dest check', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  const configure = (destinations: string, resources = ''): string =>
    workspace.write('dest.yaml', `version: 1\nplugins: [./double.cjs]\n${resources}destinations:\n${destinations}`);

  it('opens every enabled destination and shows the steps of its check', async () => {
    const config = configure(`  - { id: plain, package: double }
  - { id: checked, package: checked-double }
  - { id: off, package: double, enabled: false, init: { open: unreachable } }
`);
    const { exitCode, stdout, stderr } = await runDest(['check', '-c', config]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      [
        '✔ plain double',
        '    ✔ opened: it has no check of its own',
        '✔ checked checked-double',
        '    ✔ opened',
        '    ✔ reachable',
        '    ✔ writable',
        '',
      ].join('\n'),
    );
  });

  it('goes on after one that fails, and ends with 1', async () => {
    const config = configure(`  - { id: away, package: double, init: { open: unreachable } }
  - { id: read-only, package: checked-double, init: { check: fails } }
  - { id: stuck, package: double, init: { open: hang }, delivery: { timeoutMs: 50 } }
  - { id: fine, package: double }
`);
    const { exitCode, stdout } = await runDest(['check', '-c', config, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      destinations: [
        { destination: 'away', ok: false, failure: { code: 'DOUBLE_UNREACHABLE', message: 'nobody answers' } },
        { destination: 'read-only', ok: false, steps: [{}, {}, { ok: false, message: 'it is read-only' }] },
        { destination: 'stuck', ok: false, failure: { code: 'DEADLINE_EXCEEDED' } },
        { destination: 'fine', ok: true, failure: null },
      ],
    });
  });

  it.each([
    ['a plugin is missing', '  - { id: one, package: "@acme/missing" }\n', 3, 'PACKAGE_NOT_LOADED'],
    [
      'a binding is missing',
      '  - { id: one, package: double, init: { open: unbound } }\n',
      3,
      'DOUBLE_CLIENT_NOT_INSTALLED',
    ],
    ['init is wrong', '  - { id: one, package: double, init: { path: 5 } }\n', 2, 'INIT_INVALID'],
  ])('tells by the exit code that %s', async (_what, destination, expected, code) => {
    const config = configure(`${destination}  - { id: fine, package: double }\n`);
    workspace.write('dest.yaml', workspace.read('dest.yaml').replace('./double.cjs', "./double.cjs, '@acme/missing'"));
    const { exitCode, stdout } = await runDest(['check', '-c', config]);
    expect(exitCode).toBe(expected);
    expect(stdout).toContain(code);
    expect(stdout).toContain('✔ fine');
  });

  it('checks those that are named, and knows which there are', async () => {
    const config = configure(`  - { id: one, package: double, init: { open: unreachable } }
  - { id: two, package: double, enabled: false }
`);
    expect(await runDest(['check', 'two', '-c', config])).toMatchObject({ exitCode: 0 });
    const unknown = await runDest(['check', 'tow', '-c', config]);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain('DESTINATION_UNKNOWN There is no destination tow. There are: one, two.');
  });

  it('never prints a secret, even where a plugin puts one into a message', async () => {
    const config = configure(
      '  - { id: one, package: double, resource: { id: door }, init: { leak: true } }\n',
      'resources:\n  - { id: door, credentials: { production: { user: visible, password: \'open "sesame"\' } } }\n',
    );
    for (const words of [['check'], ['check', '--json'], ['check', '--verbose']]) {
      const { exitCode, stdout, stderr } = await runDest([...words, '-c', config]);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('refused the password •••');
      expect(stdout + stderr).not.toContain('sesame');
    }
  });

  it('prints JSON whatever the secrets are, and leaves its keys alone', async () => {
    const config = configure(
      '  - { id: one, package: double, resource: { id: door }, init: { leak: true } }\n',
      'resources:\n  - { id: door, credentials: { production: { password: \'"message": "\' }, test: { password: destination } } }\n',
    );
    const { stdout } = await runDest(['check', '--json', '-c', config]);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      destinations: [
        expect.objectContaining({
          destination: 'one',
          failure: { code: 'DOUBLE_REFUSED', message: 'refused the password •••' },
        }),
      ],
    });
  });

  it('hides a secret in any form', async () => {
    workspace.write(
      'double.cjs',
      workspace
        .read('double.cjs')
        .replace(
          'this.credentials.password, {',
          "Buffer.from('me:' + this.credentials.password).toString('base64') + ' ' + encodeURIComponent(this.credentials.password), {",
        ),
    );
    const config = configure(
      '  - { id: one, package: double, resource: { id: door }, init: { leak: true } }\n',
      "resources:\n  - { id: door, credentials: { production: { password: 'canary 7f3a' } } }\n",
    );
    const { stdout } = await runDest(['check', '-c', config]);
    expect(stdout).toMatch(/refused the password \S{0,6}•••\S{0,2} •••/);
    expect(stdout).not.toContain('canary');
    expect(stdout).not.toContain(Buffer.from('me:canary 7f3a').toString('base64'));
  });
});
