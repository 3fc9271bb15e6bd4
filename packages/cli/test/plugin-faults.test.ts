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
    ['timer', './faulty.cjs', 'faulty'],
    ['promise', './faulty.cjs', 'faulty'],
    ['cause', './faulty.cjs', 'faulty'],
    ['timer', 'acme-faulty', 'acme-faulty'],
    ['promise', './folder', 'faulty-folder'],
  ])('in a %s of %s: the run goes on to its report and ends with 1', async (how, plugin, name) => {
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
    const told = how === 'cause' ? 'outer' : 'lost with •••';
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual(
      Array.from(
        { length: 3 },
        () =>
          `PLUGIN_FAULT Plugin ${plugin} throws outside of any call: ${told}. What it was doing may not be done; report it to the plugin's author.`,
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

  it('is told apart from what is no plugin’s, which ends the process', async () => {
    workspace.write(
      'faulty.cjs',
      FAULTY.replace('NAME', 'faulty').replace(
        'const error = new Error(',
        "const error = Object.assign(new Error('x'), { stack: 'Error: nobody knows\\\\n    at elsewhere (/elsewhere.js:1:1)' }); new Error(",
      ),
    );
    configure('./faulty.cjs', 'faulty', 'timer');
    const dest = startDest(['send', '--json'], workspace.folder);
    dest.process.stdin.write(events);
    const { exitCode, stdout, stderr } = await dest.ended();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('nobody knows');
  });

  it('is counted where there is much of it', async () => {
    workspace.write('faulty.cjs', FAULTY.replace('NAME', 'faulty'));
    configure('./faulty.cjs', 'faulty', 'never');
    const faults = new PluginFaults();
    const error = Object.assign(new Error('again'), { stack: `Error\n    at x (${workspace.path('faulty.cjs')}:1:1)` });
    for (let index = 0; index < 12; index++) faults.take(error);
    const { exitCode, stderr } = await runDest(['validate', workspace.path('dest.yaml')], { faults });
    expect(exitCode).toBe(1);
    expect(stderr.match(/PLUGIN_FAULT/g)).toHaveLength(10);
    expect(stderr).toContain('12 faults of plugins outside of any call.');
  });
});
