import { runDest } from '../support/run-dest';
import { operated, type Operated } from '../support/operated';

describe('dest reload', () => {
  let own: Operated;
  beforeEach(() => (own = operated()));
  afterEach(() => own.end());

  it('needs a host that runs', async () => {
    own.configure('  - { id: fine, package: double }\n');
    const { exitCode, stdout, stderr } = await own.dest('reload');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('HOST_NOT_RUNNING No host runs by');
    expect(stderr).toContain('Start one with dest run.');
    // Nothing was opened, or made, to find that out.
    expect(own.workspace.exists('.dest')).toBe(false);
  });

  it.each([
    ['is wrong', 2, '  - { id: one, package: double, inti: {} }\n', ''],
    [
      'lists a plugin that is not there',
      3,
      '  - { id: one, package: double }\n',
      'plugins: [./nonesuch.cjs, ./double.cjs]\n',
    ],
  ])(
    'ends by what is wrong where a configuration is refused that %s',
    async (_what, expected, destinations, plugins) => {
      own.configure('  - { id: one, package: double }\n');
      await own.startHost();
      own.configure(destinations);
      if (plugins !== '') {
        const text = own.workspace.read('dest.yaml').replace('plugins: [./double.cjs]\n', plugins);
        own.workspace.write('dest.yaml', text);
      }
      const { exitCode, stdout } = await own.dest('reload');
      expect(stdout).toContain('✘ The configuration is refused');
      expect(exitCode).toBe(expected);
      expect((await own.dest('reload', '--json')).exitCode).toBe(expected);
    },
  );

  it('says that there is no such file', async () => {
    own.configure('  - { id: one, package: double }\n');
    await own.startHost();
    const { exitCode, stdout, stderr } = await runDest(['reload', '-c', own.workspace.path('nosuch/dest.yaml')]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`CONFIGURATION_UNREADABLE There is no file ${own.workspace.path('nosuch/dest.yaml')}.`);
  });

  it('says what changed', async () => {
    own.configure('  - { id: one, package: double }\n  - { id: two, package: double }\n');
    await own.startHost();
    expect((await own.dest('reload')).stdout).toBe('✔ The configuration is taken: no destination changed.\n');
    own.configure('  - { id: two, package: double, init: { delayMs: 1 } }\n  - { id: three, package: double }\n');
    const { stdout } = await own.dest('reload', '--json');
    expect(JSON.parse(stdout)).toEqual({
      taken: true,
      issues: [],
      added: ['three'],
      changed: ['two'],
      removed: ['one'],
    });
  });
});
