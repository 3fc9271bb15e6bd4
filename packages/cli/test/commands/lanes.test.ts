import { operated, type Operated } from '../support/operated';
import { runDest } from '../support/run-dest';
import { until } from '../support/until';

/** One that works as soon as it is somebody else, and one that needs an operator. */
const AWAY =
  '  - { id: away, package: double, init: { open: unreachable }, delivery: { retry: { initialDelayMs: 1 } } }\n';
const UNBOUND = '  - { id: unbound, package: double, init: { open: unbound } }\n';
const FINE = '  - { id: fine, package: double }\n';

describe('dest lanes', () => {
  let own: Operated;
  beforeEach(() => (own = operated()));
  afterEach(() => own.end());

  it('shows how each lane of a host that runs is doing', async () => {
    own.configure(`${UNBOUND}${FINE}  - { id: off, package: double, enabled: false }\n`);
    await own.startHost();
    own.feed(0, 3);
    await until(async () => (await own.dest('lanes')).stdout.includes('paused'));
    const { exitCode, stdout, stderr } = await own.dest('lanes');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [head, unbound, fine, off] = stdout.split('\n');
    expect(head).toMatch(/^lane +state +waiting +in flight +oldest +breaker +next try +why$/);
    expect(unbound).toMatch(/^unbound +paused +3 +\d +\d.* DOUBLE_CLIENT_NOT_INSTALLED install double-client$/);
    expect(fine).toMatch(/^fine +ready +0 +0 +– +–/);
    expect(off).toMatch(/^off +disabled +0/);
    const json = JSON.parse((await own.dest('lanes', 'list', '--json')).stdout);
    expect(json).toMatchObject({
      running: true,
      lanes: [{ name: 'unbound/double/1/production', destination: 'unbound', waiting: 3 }, {}, { state: 'disabled' }],
    });
  });

  it('shows what waits where no host runs, and says that', async () => {
    own.configure(AWAY);
    await own.send(0, 2);
    const { exitCode, stdout, stderr } = await own.dest('lanes');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^away +\S+ +2 +0/m);
    expect(stderr).toBe('No host runs: nothing is delivered now.\n');
    expect(JSON.parse((await own.dest('lanes', '--json')).stdout)).toMatchObject({
      running: false,
      lanes: [{ waiting: 2 }],
    });
  });

  it('has a destination tried at once, by a host that runs', async () => {
    const path = own.workspace.path('bound');
    const double = own.workspace.read('double.cjs');
    const isThere = `open === 'unbound' && !require('node:fs').existsSync('${path}')`;
    own.workspace.write('double.cjs', double.replace("open === 'unbound'", isThere));
    own.configure(UNBOUND);
    const without = await own.dest('lanes', 'resume', 'unbound');
    expect(without).toMatchObject({ exitCode: 3, stdout: '' });
    expect(without.stderr).toContain('HOST_NOT_RUNNING');
    await own.startHost();
    own.feed(0, 1);
    await until(async () => (await own.dest('lanes')).stdout.includes('paused'));
    // Its client is installed in the meantime.
    own.workspace.write('bound', '');
    expect(await own.dest('lanes', 'resume', 'unbound')).toMatchObject({ exitCode: 0 });
    await until(async () => /^unbound +ready +0/m.test((await own.dest('lanes')).stdout));
    const unknown = await own.dest('lanes', 'resume', 'nowhere');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain('DESTINATION_UNKNOWN');
  });

  it.each([
    ['disabled', '{ id: off, package: double, enabled: false }'],
    ['unavailable', '{ id: off, package: nonesuch }'],
  ])('has nothing tried that is %s, and says why', async (state, destination) => {
    own.configure(`  - ${destination}\n`);
    await own.startHost();
    const { exitCode, stdout, stderr } = await own.dest('lanes', 'resume', 'off');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`LANE_NOT_ACTIVE off is ${state}, and not tried`);
  });

  describe.each([
    ['by a host that runs', true],
    ['where no host runs', false],
  ])('%s', (_where, isRunning) => {
    /** What waits for `away` has nobody any more. */
    const orphaned = async (): Promise<void> => {
      own.configure(`${AWAY}${FINE}`);
      await own.send(0, 3);
      own.configure(`  - { id: heir, package: double, init: { path: ${own.workspace.path('heir')} } }\n${FINE}`);
      if (isRunning) await own.startHost();
    };
    const name = 'away/double/1/production';

    it('names orphaned lanes so that they can be named', async () => {
      await orphaned();
      expect((await own.dest('lanes')).stdout).toMatch(new RegExp(`^${name} +orphaned +3 `, 'm'));
    });

    it('gives what waits to another destination', async () => {
      await orphaned();
      const { exitCode, stdout } = await own.dest('lanes', 'move', name, '--to', 'heir');
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '✔ 3 deliveries moved to heir.\n' });
      if (!isRunning) await own.startHost();
      await until(() => own.workspace.exists('heir') && own.workspace.read('heir').split('\n').length > 3);
      expect((await own.dest('lanes')).stdout).not.toContain('orphaned');
    });

    it('drops what waits, when that is said', async () => {
      await orphaned();
      const unsaid = await own.dest('lanes', 'drop', name);
      expect(unsaid).toMatchObject({ exitCode: 2, stdout: '' });
      expect(unsaid.stderr).toContain('CONFIRMATION_MISSING Drop 3 deliveries of away/double/1/production for good?');
      const config = own.workspace.path('dest.yaml');
      const no = await runDest(['lanes', 'drop', name, '-c', config], { stdin: 'no\n', terminals: ['stdin'] });
      expect(no).toMatchObject({ exitCode: 1, stdout: '' });
      expect(await own.dest('lanes', 'drop', name, '--yes')).toMatchObject({
        exitCode: 0,
        stdout: '3 deliveries dropped.\n',
      });
      expect((await own.dest('lanes')).stdout).not.toContain('orphaned');
    });

    it.each([
      [
        'nobody',
        ['move', 'nobody/double/1/production', '--to', 'heir'],
        'LANE_UNKNOWN There is no orphaned lane nobody',
      ],
      ['nobody', ['drop', 'away', '--yes'], 'There are: away/double/1/production.'],
      [
        'a lane in use',
        ['drop', 'fine/double/1/production', '--yes'],
        'LANE_NOT_ORPHANED The lane fine/double/1/production is in use',
      ],
      ['no destination', ['move', name, '--to', 'nowhere'], 'DESTINATION_UNKNOWN'],
    ])('ends with 2 where %s is named', async (_what, words, expected) => {
      await orphaned();
      const { exitCode, stdout, stderr } = await own.dest('lanes', ...words);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(expected);
      expect((await own.dest('lanes')).stdout).toMatch(/orphaned +3 /);
    });

    it('mixes no test with production', async () => {
      own.configure(AWAY);
      await own.send(0, 1);
      own.configure('  - { id: heir, package: double }\n', 'debug: true\n');
      if (isRunning) await own.startHost();
      const { exitCode, stderr } = await own.dest('lanes', 'move', name, '--to', 'heir');
      expect(exitCode).toBe(2);
      expect(stderr).toContain('LANE_DEBUG_DIFFERS');
    });
  });
});
