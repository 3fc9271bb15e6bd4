import { QUEUE_PLUGIN } from '../support/queue-plugin';
import { runDest } from '../support/run-dest';
import { createWorkspace, type Workspace } from '../support/workspace';

let workspace: Workspace;

beforeEach(() => {
  workspace = createWorkspace();
  workspace.write('queue.cjs', QUEUE_PLUGIN);
});
afterEach(() => workspace.remove());

function configure(rest: string): string {
  return workspace.write('dest.yaml', `version: 1\nplugins: ['@dest/file', './queue.cjs']\n${rest}`);
}

const ARCHIVE = "destinations:\n  - { id: archive, package: '@dest/file', init: { path: out.ndjson } }\n";

describe('intakes of the configuration', () => {
  it('are listed with their kind', async () => {
    const { stdout } = await runDest(['plugins', '-c', configure(''), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      plugins: [
        { types: [{ package: '@dest/file', kind: 'destination' }] },
        { types: [{ package: 'queue#intake', kind: 'intake' }] },
      ],
    });
  });

  it('are validated, with their place', async () => {
    const config = configure(
      "intakes:\n  - { type: plugin, package: 'queue#intake', init: { mesages: [] } }\n  - { type: plugin, package: '@dest/file' }\n",
    );
    const { exitCode, stdout } = await runDest(['validate', '-c', config, '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      issues: [
        {
          code: 'INIT_INVALID',
          path: '/intakes/0/init/mesages',
          line: 4,
          message: expect.stringContaining('messages?'),
        },
        { code: 'PACKAGE_KIND_WRONG', path: '/intakes/1/package', line: 5 },
      ],
    });
    const fine = configure("intakes: [{ type: plugin, package: 'queue#intake' }]\n");
    expect((await runDest(['validate', '-c', fine])).stdout).toContain('2 plugins, 0 destinations, 1 intake');
  });

  it('are checked, all or by name', async () => {
    const config = configure(
      "intakes:\n  - { id: full, type: plugin, package: 'queue#intake' }\n  - { id: empty, type: plugin, package: 'queue#intake', init: { empty: true } }\n",
    );
    const all = await runDest(['check', '-c', config, '--json']);
    expect(all.exitCode).toBe(1);
    expect(JSON.parse(all.stdout)).toMatchObject({
      ok: false,
      destinations: [],
      intakes: [
        {
          intake: 'full',
          ok: true,
          steps: [
            { name: 'made', ok: true },
            { name: 'checked', message: 'it is there' },
          ],
        },
        { intake: 'empty', ok: false, failure: null },
      ],
    });
    const one = await runDest(['check', 'full', '-c', config]);
    expect(one.exitCode).toBe(0);
    expect(one.stdout).toMatch(/^✔ intake full queue#intake\n +✔ made\n +✔ checked: it is there\n$/);
  });

  it('are started by dest run and told in its report, and not by dest send', async () => {
    const messages = '[{ event: { type: a } }, { event: { type: b } }, { event: {} }]';
    const config = configure(
      `${ARCHIVE}intakes:\n  - { type: plugin, package: 'queue#intake', init: { messages: ${messages} } }\n`,
    );
    const sent = await runDest(['send', '-c', config], { stdin: '' });
    expect(sent.exitCode).toBe(0);
    expect(workspace.exists('out.ndjson')).toBe(false);
    const { exitCode, stdout } = await runDest(['run', '-c', config, '--until-eof', '--json'], {
      stdin: '{"event":{"type":"c"}}\n',
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      lines: { accepted: 1 },
      intakes: [{ intake: 'queue#intake', state: 'running', failure: null, accepted: 2, duplicates: 0, refused: 1 }],
    });
    expect(workspace.lines('out.ndjson')).toHaveLength(3);
  });
});

describe('an outbox of a plugin', () => {
  it.each([
    ['is not installed', "plugins: ['@acme/outbox']\n", '@acme/outbox', 3, 'PACKAGE_NOT_LOADED'],
    ['has another kind', '', 'queue#intake', 2, 'PACKAGE_KIND_WRONG'],
  ])('that %s keeps dest run from starting', async (_what, plugins, name, expected, code) => {
    const outbox = `outbox: { type: plugin, package: '${name}' }\n`;
    const config = plugins === '' ? configure(outbox) : workspace.write('dest.yaml', `version: 1\n${plugins}${outbox}`);
    const { exitCode, stderr } = await runDest(['run', '-c', config, '--no-stdin']);
    expect(exitCode).toBe(expected);
    expect(stderr).toContain(`${code} Outbox: package:`);
  });
});
