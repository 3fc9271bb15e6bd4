import { startDest } from '../support/child-dest';
import { writeCrmPlugin } from '../support/crm-plugin';
import { runDest } from '../support/run-dest';
import { createWorkspace, type Workspace } from '../support/workspace';

interface Printed {
  readonly ok: boolean;
  readonly destinations: readonly {
    readonly package: string;
    readonly version: string;
    readonly passed: number;
    readonly failed: number;
    readonly notSupported: number;
    readonly results: readonly { readonly name: string; readonly status: string; readonly message: string }[];
  }[];
}

describe('dest test', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  it('prints a scorecard: groups, and what is left out with the reason', async () => {
    const folder = writeCrmPlugin(workspace, 'crm');
    const { exitCode, stdout, stderr } = await runDest(['test', folder, '--only', 'idempotency']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Acme CRM @acme\/crm 1\.2\.0\n✔ idempotency +2 of 2\n {4}– 1 case left out, profiles: it knows no persons\n {4}– 1 case left out, batches: it has no dispatchBatch\(\)\n2 passed, 0 failed, 2 not supported: 4 cases in .*\n$/,
    );
  });

  it('names what fails, with what was found, and ends with 1', async () => {
    const folder = writeCrmPlugin(workspace, 'crm', { key: '`${idempotencyKey} ${attempt}`' });
    const { exitCode, stdout } = await runDest(['test', folder, '--only', 'tried again carries', '--verbose']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✘ idempotency  0 of 1\n    ✘ a delivery that is tried again carries the same key\n');
    expect(stdout).toContain('the idempotency keys that arrived is ["again:destination-1 1","again:destination-1 2"]');
  });

  it('shows what passed with --verbose, in colours where they are asked for', async () => {
    const folder = writeCrmPlugin(workspace, 'crm');
    const words = ['test', folder, '--only', 'event carries', '--verbose'];
    const plain = await runDest(words);
    expect(plain.stdout).toContain("    ✔ an event carries its delivery's idempotency key\n");
    const environment = { FORCE_COLOR: '1' };
    expect((await runDest(words, { environment })).stdout).toContain('\u001b[32m✔\u001b[39m');
    expect((await runDest([...words, '--no-color'], { environment })).stdout).not.toContain('\u001b');
  });

  it('prints everything as JSON', async () => {
    const folder = writeCrmPlugin(workspace, 'crm');
    const { exitCode, stdout, stderr } = await runDest(['test', folder, '--only', 'registration', '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    const { ok, destinations } = JSON.parse(stdout) as Printed;
    expect(ok).toBe(false);
    expect(destinations).toMatchObject([{ package: '@acme/crm', version: '1.2.0', notSupported: 0 }]);
    const failed = destinations[0]?.results.filter(({ status }) => status === 'failed').map(({ name }) => name);
    expect(failed).toEqual([
      'it is registered under a name, with a title and a description',
      'its package.json says that it is a plugin of this api',
      'its package.json says which @dest/core it needs',
      'what its kit declares that it can not do, it does not do',
    ]);
  });

  it.each([
    ['names none', { dest: {} }, 'CONFORMANCE_KIT_MISSING'],
    ['names what is not there', { dest: { conformance: './other.mjs' } }, 'CONFORMANCE_KIT_INVALID'],
    ['has none', { conformance: 'export const other = {};' }, 'CONFORMANCE_KIT_INVALID'],
    ['has half of one', { conformance: 'export const conformance = { start() {} };' }, 'CONFORMANCE_KIT_INVALID'],
  ])('ends with 2 for a package whose package.json %s', async (_what, options, code) => {
    const folder = writeCrmPlugin(workspace, 'crm', options);
    const { exitCode, stdout, stderr } = await runDest(['test', folder, '--json']);
    expect(exitCode).toBe(2);
    expect((JSON.parse(stdout) as { error: { code: string } }).error.code).toBe(code);
    expect(stderr).toContain(code);
  });

  it('takes kits by the names of the types', async () => {
    const conformance =
      "export const conformance = { '@acme/crm': { start: async () => ({ stop() {} }), received: () => [] } };";
    const folder = writeCrmPlugin(workspace, 'crm', { conformance });
    const { stdout } = await runDest(['test', folder, '--only', 'unknown to all', '--json']);
    expect((JSON.parse(stdout) as { error: { code: string } }).error.code).toBe('CONFORMANCE_CASE_UNKNOWN');
    expect((await runDest(['test', folder, '--only', 'title and a description'])).stdout).toContain('registration');
  });

  it('says what to install where a kit can not find a package', async () => {
    const folder = writeCrmPlugin(workspace, 'crm', { conformance: "import '@acme/testkit/fakes';" });
    const { exitCode, stderr } = await runDest(['test', folder]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CONFORMANCE_KIT_INVALID');
    expect(stderr).toContain('Install it: npm install --save-dev @acme/testkit.\n');
  });

  it('says that a file is no package', async () => {
    const folder = writeCrmPlugin(workspace, 'crm');
    const { exitCode, stderr } = await runDest(['test', `${folder}/index.cjs`]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^CONFORMANCE_KIT_MISSING .*index\.cjs is a file, .* Name its folder\.\n$/);
  });

  it('takes the name of an installed package, or of one of its types', async () => {
    writeCrmPlugin(workspace, 'node_modules/crm', { types: ['crm#contacts', 'crm#deals'] });
    const only = ['--only', 'event carries'];
    const tested = async (named: string): Promise<readonly string[]> => {
      const { exitCode, stdout, stderr } = await startDest(
        ['test', named, ...only, '--json'],
        workspace.folder,
      ).ended();
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return (JSON.parse(stdout) as Printed).destinations.map((each) => each.package);
    };
    expect(await tested('crm')).toEqual(['crm#contacts', 'crm#deals']);
    expect(await tested('crm#deals')).toEqual(['crm#deals']);
    const none = await startDest(['test', 'crm#none'], workspace.folder).ended();
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toBe(
      'CONFORMANCE_NO_DESTINATION crm#none is no destination of its package; it registers crm#contacts (destination), crm#deals (destination).\n',
    );
  });

  it.each([
    ['an error', "new Error('lost with it')", 'lost with it'],
    ['what has no stack', "'just lost'", 'just lost'],
  ])(
    'goes on to its scorecard where a plugin rejects with %s in a promise that nobody awaits',
    async (_what, thrown, told) => {
      const folder = writeCrmPlugin(workspace, 'crm', { key: `(void Promise.reject(${thrown}), idempotencyKey)` });
      const words = ['test', folder, '--only', 'event carries', '--json'];
      const { exitCode, stdout, stderr } = await startDest(words, workspace.folder).ended();
      expect(exitCode).toBe(1);
      const { ok, destinations } = JSON.parse(stdout) as Printed;
      expect(ok).toBe(false);
      expect(destinations[0]?.results).toMatchObject([{ name: expect.stringContaining('an event carries') as string }]);
      expect(stderr).toBe(
        `PLUGIN_FAULT Plugin @acme/crm throws outside of any call: ${told}. What it was doing may not be done; report it to the plugin's author.\n`,
      );
    },
  );

  it('ends with 3 where the plugin can not be loaded', async () => {
    const { exitCode, stderr } = await runDest(['test', '@acme/none']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('PLUGIN_NOT_INSTALLED');
  });

  it('ends with 2 where it has no destination', async () => {
    workspace.write('queue/package.json', JSON.stringify({ name: 'queue', main: './index.cjs', dest: { api: 1 } }));
    workspace.write(
      'queue/index.cjs',
      `const { IntakeInterface, RegisterIntake, defineSchema } = require('@dest/core');
       class Queue extends IntakeInterface { async start() {} async close() {} }
       const any = defineSchema({ type: 'object' });
       RegisterIntake({ package: 'queue', title: 'Queue', credentials: any, init: any })(Queue);
       exports.Queue = Queue;`,
    );
    const { exitCode, stderr } = await runDest(['test', workspace.path('queue')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('it registers queue (intake)');
  });
});
