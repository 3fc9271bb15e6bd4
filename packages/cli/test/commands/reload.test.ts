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
