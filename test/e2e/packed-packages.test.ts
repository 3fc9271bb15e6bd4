import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(__dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
}

/** What is published, by its folder. */
const packages: ReadonlyMap<string, Manifest> = new Map(
  ['packages', 'packages/destinations']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .flatMap((folder): [string, Manifest][] => {
      const manifest = manifestOf(folder);
      return manifest === undefined || manifest.private === true ? [] : [[folder, manifest]];
    }),
);
const entryPoints = [...packages.values()].flatMap(({ name, exports = {} }) =>
  Object.keys(exports).map((path) => `${name}${path.slice(1)}`),
);
const commands = [...packages.values()].flatMap(({ bin = {}, version }) =>
  Object.keys(bin).map((name) => [name, version] as const),
);

/** A folder with nothing but what npm installed from the packages' tarballs. */
let application: string;

function manifestOf(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    // A folder of packages is none itself.
    return undefined;
  }
}

async function npm(folder: string, ...parameters: string[]): Promise<string> {
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { stdout } = await run('npm', [...parameters, ...quietly], { cwd: folder });
  return stdout;
}

async function node(file: string, code: string): Promise<unknown> {
  writeFileSync(join(application, file), code);
  const { stdout } = await run(process.execPath, [file], { cwd: application });
  return JSON.parse(stdout);
}

beforeAll(async () => {
  application = realpathSync(mkdtempSync(join(tmpdir(), 'dest-packed-')));
  const tarballs = join(application, 'tarballs');
  mkdirSync(tarballs);
  writeFileSync(join(application, 'package.json'), JSON.stringify({ name: 'application', private: true }));
  await Promise.all([...packages.keys()].map((folder) => npm(folder, 'pack', '--pack-destination', tarballs)));
  const files = readdirSync(tarballs).map((file) => join(tarballs, file));
  // Without scripts: Pulsar's native client would fetch its binary, which is not needed for loading anything.
  await npm(application, 'install', '--ignore-scripts', ...files);
}, 300_000);

afterAll(() => rmSync(application, { recursive: true, force: true }));

test('every entry point of every package can be required and imported, with the same names', async () => {
  expect(entryPoints).toEqual(expect.arrayContaining(['@dest/core', '@dest/core/outbox', '@dest/pulsar', '@dest/cli']));
  const list = JSON.stringify(entryPoints);
  const required = await node(
    'required.cjs',
    `const names = (path) => path.endsWith('.json') ? ['default'] : Object.keys(require(path)).sort();
     for (const path of ${list}) require(path);
     console.log(JSON.stringify(Object.fromEntries(${list}.map((path) => [path, names(path)]))));`,
  );
  const imported = await node(
    'imported.mjs',
    `const found = {};
     for (const path of ${list}) {
       const namespace = await import(path, path.endsWith('.json') ? { with: { type: 'json' } } : {});
       const whole = ['default', 'module.exports', '__esModule'];
       const names = Object.keys(namespace).filter((name) => path.endsWith('.json') || !whole.includes(name));
       found[path] = names.sort();
     }
     console.log(JSON.stringify(found));`,
  );
  expect(imported).toEqual(required);
  for (const names of Object.values(required as Record<string, string[]>)) expect(names).not.toEqual([]);
});

test('what is required and what is imported is the same', async () => {
  const same = await node(
    'same.mjs',
    `import { createRequire } from 'node:module';
     import { DestinationInterface } from '@dest/core';
     const required = createRequire(import.meta.url)('@dest/core');
     console.log(JSON.stringify(required.DestinationInterface === DestinationInterface));`,
  );
  expect(same).toBe(true);
});

test.each(commands)('the command %s runs', async (name, version) => {
  const { stdout } = await run(join(application, 'node_modules/.bin', name), ['--version'], { cwd: application });
  expect(stdout).toContain(version);
});

test.each(['@dest/file', '@dest/webhook'])('dest test %s finds a kit, and the package passes', async (name) => {
  const dest = join(application, 'node_modules/.bin/dest');
  const { stdout } = await run(dest, ['test', name, '--json'], { cwd: application, maxBuffer: 16 * 1024 * 1024 });
  const statuses = new Set(Array.from(stdout.matchAll(/"status": "([^"]+)"/g), ([, status]) => status));
  expect(statuses).toContain('passed');
  expect(statuses).not.toContain('failed');
});
