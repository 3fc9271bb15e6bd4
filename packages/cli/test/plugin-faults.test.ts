import type { UncaughtFault } from '@dest/host';
import { PluginFaults } from '../src';
import { startDest } from './support/child-dest';
import { runDest } from './support/run-dest';
import { createWorkspace, ndjson, type Workspace } from './support/workspace';

/** A plugin that faults outside of its calls, as its init says. */
const FAULTY = `
const core = require('@dest/core');
const init = core.defineSchema({ type: 'object', properties: { how: { type: 'string' } } });
const credentials = core.defineSchema({ type: 'object', properties: { token: { type: 'string', writeOnly: true } } });
class Faulty extends core.DestinationInterface {
  async dispatchEvent() {
    const error = new Error('lost with ' + this.credentials.token);
    if (this.init.how === 'timer') setTimeout(() => { throw error; }, 0);
    if (this.init.how === 'promise') void Promise.reject(error);
    if (this.init.how === 'cause') void Promise.reject(Object.assign(new Error('outer', { cause: error }), { stack: 'outer' }));
    if (this.init.how === 'text') void Promise.reject('just ' + this.credentials.token);
    if (this.init.how === 'nothing') void Promise.reject();
    if (this.init.how === 'stackless') queueMicrotask(() => { throw Object.assign(new Error('no stack'), { stack: undefined }); });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  async dispatchProfile() {}
}
core.RegisterDestination({ package: 'NAME', title: 'Faulty', credentials, init })(Faulty);
exports.Faulty = Faulty;
`;

describe('what a plugin throws outside of any call', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  const configure = (plugin: string, name: string, how: string): void => {
    workspace.write(
      'dest.yaml',
      `version: 1
plugins: ['@dest/file', ${plugin}]
resources:
  - { id: door, credentials: { production: { token: canary-7f3a } } }
destinations:
  - { id: faulty, package: ${name}, resource: { id: door }, init: { how: ${how} } }
  - { id: fine, package: '@dest/file', init: { path: out.ndjson } }
`,
    );
  };
  const events = ndjson(...['a', 'b', 'c'].map((id) => ({ event: { id, type: 'seen' } })));

  it.each([
    ['timer', './faulty.cjs', 'faulty', 'lost with •••'],
    ['promise', './faulty.cjs', 'faulty', 'lost with •••'],
    ['cause', './faulty.cjs', 'faulty', 'outer'],
    ['text', './faulty.cjs', 'faulty', 'just •••'],
    ['nothing', './faulty.cjs', 'faulty', 'undefined'],
    ['stackless', './faulty.cjs', 'faulty', 'no stack'],
    ['timer', 'acme-faulty', 'acme-faulty', 'lost with •••'],
    ['promise', './folder', 'faulty-folder', 'lost with •••'],
  ])('in a %s of %s: the run goes on to its report and ends with 1', async (how, plugin, name, told) => {
    const code = FAULTY.replace('NAME', name);
    workspace.write('faulty.cjs', code);
    workspace.write('folder/index.cjs', code);
    workspace.write(
      'folder/package.json',
      JSON.stringify({ name, version: '1.0.0', main: './index.cjs', dest: { api: 1 } }),
    );
    workspace.write('node_modules/acme-faulty/index.js', code);
    workspace.write(
      'node_modules/acme-faulty/package.json',
      JSON.stringify({ name, version: '1.0.0', main: './index.js', dest: { api: 1 } }),
    );
    configure(plugin, name, how);
    const dest = startDest(['send', '--json'], workspace.folder);
    dest.process.stdin.end(events);
    const { exitCode, stdout, stderr } = await dest.ended();
    expect(JSON.parse(stdout)).toMatchObject({
      lines: { read: 3 },
      destinations: [{ delivered: 3 }, { delivered: 3 }],
    });
    expect(workspace.lines('out.ndjson')).toHaveLength(3);
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual(
      Array.from(
        { length: 3 },
        () =>
          `PLUGIN_FAULT Plugin ${name} of destination faulty throws outside of any call: ${told}. What it was doing may not be done; report it to the plugin's author.`,
      ),
    );
    expect(exitCode).toBe(1);
  });

  it('while it is loaded: it is told by whom once that is known', async () => {
    workspace.write('early.cjs', `${FAULTY.replace('NAME', 'early')}\nvoid Promise.reject(new Error('too early'));`);
    configure('./early.cjs', 'early', 'never');
    const dest = startDest(['validate'], workspace.folder);
    const { exitCode, stdout, stderr } = await dest.ended();
    expect(stdout).toContain('is valid: 2 plugins');
    expect(stderr).toContain('PLUGIN_FAULT Plugin ./early.cjs throws outside of any call: too early.');
    expect(exitCode).toBe(1);
  });

  it('is told without its text where it never gets known what is secret', async () => {
    workspace.write('early.cjs', `${FAULTY.replace('NAME', 'early')}\nvoid Promise.reject(new Error('too early'));`);
    configure('./early.cjs', 'early', 'never');
    workspace.write('dest.yaml', `${workspace.read('dest.yaml')}  - { id: wrong, package: early, condition: '(' }\n`);
    const dest = startDest(['validate'], workspace.folder);
    const { exitCode, stderr } = await dest.ended();
    expect(stderr).toBe(
      'PLUGIN_FAULT Plugin ./early.cjs throws outside of any call. ' +
        "What it says isn't shown: the configuration could not be used.\n",
    );
    expect(exitCode).toBe(1);
  });

  it('is told apart from what is no plugin’s, which ends the process as Node.js does', async () => {
    workspace.write('faulty.cjs', FAULTY.replace('NAME', 'faulty'));
    configure('./faulty.cjs', 'faulty', 'never');
    const foreign = workspace.write(
      'node_modules/foreign/index.cjs',
      `const { existsSync } = require('node:fs');
setInterval(() => { if (existsSync('out.ndjson')) throw new Error('nobody knows'); }, 5);`,
    );
    const dest = startDest(['send', '--json'], workspace.folder, { NODE_OPTIONS: `--require ${foreign}` });
    dest.process.stdin.write(events);
    const { exitCode, stdout, stderr } = await dest.ended();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/\nError: nobody knows\n {4}at .*index\.cjs:2:/);
  });

  it('does not leave a command behind that never ends', async () => {
    workspace.write('hangs.mjs', `void Promise.reject(new Error('gone')); await new Promise(() => undefined);`);
    configure('./hangs.mjs', 'hangs', 'never');
    const withoutTimers = workspace.write('without-timers.cjs', 'globalThis.setTimeout = () => undefined;');
    const environment = { NODE_OPTIONS: `--require ${withoutTimers}` };
    const { exitCode, stderr } = await startDest(['validate'], workspace.folder, environment).ended();
    expect(stderr).toContain('PLUGIN_FAULT Plugin ./hangs.mjs throws outside of any call.');
    expect(exitCode).toBe(1);
  });

  it('is counted where there is much of it', async () => {
    workspace.write('faulty.cjs', FAULTY.replace('NAME', 'faulty'));
    configure('./faulty.cjs', 'faulty', 'never');
    const faults = new PluginFaults();
    const owner = { package: 'faulty', destination: 'one' };
    const again = { thrown: new Error('again'), owner, origin: 'uncaughtException' } as const;
    for (let index = 0; index < 100; index++) expect(faults.take(again)).toBe(true);
    expect(faults.take({ ...again, owner: { package: './faulty.cjs' } })).toBe(true);
    const { exitCode, stderr } = await runDest(['validate', workspace.path('dest.yaml')], { faults });
    expect(exitCode).toBe(1);
    expect(
      stderr.match(/PLUGIN_FAULT Plugin faulty of destination one throws outside of any call: again/g),
    ).toHaveLength(10);
    expect(stderr).toContain('throws outside of any call (100 so far): again.');
    expect(stderr).toContain('101 faults of plugins outside of any call: one 100, ./faulty.cjs 1.');
  });

  it('is told by the stack where nothing else tells it', async () => {
    workspace.write('faulty.cjs', FAULTY.replace('NAME', 'faulty'));
    configure('./faulty.cjs', 'faulty', 'never');
    let foreign = 0;
    const faults = new PluginFaults({ onForeign: () => foreign++ });
    const thrownIn = (file: string): UncaughtFault => ({
      thrown: Object.assign(new Error('of a signal'), { stack: `Error\n    at x (${file}:1:1)` }),
      owner: undefined,
      origin: 'uncaughtException',
    });
    const { exitCode } = await runDest(['validate', workspace.path('dest.yaml')], { faults });
    expect(exitCode).toBe(0);
    expect(faults.take(thrownIn(workspace.path('faulty.cjs')))).toBe(true);
    expect(faults.take(thrownIn('/elsewhere.js'))).toBe(false);
    expect({ count: faults.count, foreign }).toEqual({ count: 1, foreign: 1 });
  });
});
