import { writeFiles, type FileTree } from '../../../packages/core/test/support/application-folder';
import { builtApplication, runScript } from './support/run-script';

const destination = (name: string): string => `
const { DestinationInterface, RegisterDestination, defineSchema } = require('@dest/core');
const nothing = defineSchema({ type: 'object' });
class Target extends DestinationInterface {
  async dispatchEvent(data) { console.log(JSON.stringify({ delivered: ${JSON.stringify(name)}, n: data })); }
  async dispatchProfile() {}
}
RegisterDestination({ package: ${JSON.stringify(name)}, title: 'Target', credentials: nothing, init: nothing })(Target);
exports.Target = Target;
`;

function plugin(code: string, manifest: object = {}): FileTree {
  return {
    'node_modules/broken/package.json': {
      name: 'broken',
      version: '1.0.0',
      main: './index.js',
      dest: { api: 1 },
      ...manifest,
    },
    'node_modules/broken/index.js': code,
  };
}

/** Starts a host, sends what it is told to, reads the configuration again where it is told so, and says how it goes. */
const MAIN = `
import { startHost } from '@dest/host';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const say = (value) => console.log(JSON.stringify(value));
// Ten seconds are how long a module may take to load.
const clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs === 10_000 ? 2_500 : delayMs);
    return () => clearTimeout(timer);
  },
};
const lanes = async () => (await host.lanes()).map(({ destination, state, waiting, reason }) => [destination, state, waiting, reason?.code]);
const log = (message, fields) => say({ logged: fields?.code, message });
const host = await startHost({ config: 'dest.json', clock, logger: { debug: () => undefined, info: () => undefined, warn: log, error: log } });
const { events, mendedBy } = JSON.parse(readFileSync('steps.json', 'utf8'));
for (const n of events) await host.dispatch({ event: { type: 'a', n } });
await host.drain();
say({ lanes: await lanes() });
if (mendedBy !== undefined) {
  for (const [file, content] of Object.entries(mendedBy)) {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  say({ reload: (await host.reload()).taken });
  await host.drain();
  say({ lanes: await lanes() });
}
await host.close();
`;

const CONFIGURATION = {
  version: 1,
  outbox: { type: 'sqlite', path: 'outbox.db', ballast: 0 },
  plugins: ['broken', './healthy.cjs'],
  destinations: ['broken', 'healthy'].map((name) => ({ id: name, package: name, mapping: 'event@n', delivery: { ordering: 'strict' } })), // prettier-ignore
};

interface Said {
  readonly delivered?: string;
  readonly n?: number;
  readonly lanes?: readonly (readonly [string, string, number, (string | null)?])[];
  readonly reload?: boolean;
  readonly logged?: string;
}

async function run(folder: string, steps: object): Promise<readonly Said[]> {
  writeFiles(folder, { 'steps.json': steps });
  const { exitCode, signal, stderr, said } = await runScript(folder, 'main.mjs');
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: '' });
  return said as readonly Said[];
}

const deliveredTo = (said: readonly Said[], name: string): readonly (number | undefined)[] =>
  said.filter(({ delivered }) => delivered === name).map(({ n }) => n);

const cases: readonly {
  readonly name: string;
  readonly code: string;
  readonly files: FileTree;
  readonly reloads: boolean;
}[] = [
  { name: 'missing', code: 'PLUGIN_NOT_INSTALLED', files: {}, reloads: true },
  {
    name: 'of another api',
    code: 'PLUGIN_API_UNSUPPORTED',
    files: plugin(destination('broken'), { dest: { api: 2 } }),
    reloads: true,
  },
  {
    name: 'for other engines',
    code: 'PLUGIN_ENGINE_UNSUPPORTED',
    files: plugin(destination('broken'), { engines: { node: '>=99' } }),
    reloads: true,
  },
  {
    name: 'for another core',
    code: 'PLUGIN_ENGINE_UNSUPPORTED',
    files: plugin(destination('broken'), { peerDependencies: { '@dest/core': '>=99' } }),
    reloads: true,
  },
  {
    name: 'one that throws on import',
    code: 'PLUGIN_IMPORT_FAILED',
    files: plugin('throw new Error("no licence")'),
    reloads: false,
  },
  {
    name: 'one that awaits for ever on import',
    code: 'PLUGIN_IMPORT_TIMEOUT',
    files: {
      ...plugin('', { main: './index.mjs' }),
      'node_modules/broken/index.mjs': 'await new Promise(() => undefined)',
    },
    reloads: false,
  },
];

describe('fault 16: plugin missing, wrong api, wrong engines, throws or awaits for ever on import', () => {
  test.each(cases)(
    '$name: the host starts, its lane waits, and is delivered once the plugin is there',
    async ({ code, files, reloads }) => {
      const folder = builtApplication({
        'main.mjs': MAIN,
        'dest.json': CONFIGURATION,
        'healthy.cjs': destination('healthy'),
        ...files,
      });
      const first = await run(folder, { events: [0, 1, 2], mendedBy: plugin(destination('broken')) });
      expect(first.find(({ logged }) => logged === code)).toBeDefined();
      expect(deliveredTo(first, 'healthy')).toEqual([0, 1, 2]);
      const [before, after] = first.filter(({ lanes }) => lanes !== undefined);
      expect(before?.lanes).toEqual([
        ['broken', 'unavailable', 3, 'PACKAGE_NOT_LOADED'],
        ['healthy', 'ready', 0, null],
      ]);
      expect(first.find(({ reload }) => reload !== undefined)).toEqual({ reload: true });
      // What was imported once is what it was, until the process ends.
      expect(deliveredTo(first, 'broken')).toEqual(reloads ? [0, 1, 2] : []);
      expect(after?.lanes?.map(([, , waiting]) => waiting)).toEqual([reloads ? 0 : 3, 0]);

      const second = await run(folder, { events: [3] });
      expect(deliveredTo(second, 'broken')).toEqual(reloads ? [3] : [0, 1, 2, 3]);
      expect(deliveredTo(second, 'healthy')).toEqual([3]);
      expect(second.filter(({ logged }) => logged !== undefined)).toEqual([]);
    },
  );
});
