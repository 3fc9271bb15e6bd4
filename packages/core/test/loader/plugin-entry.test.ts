import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DestinationRegistry } from '@dest/core';
import { applicationFolder, pluginCode, pluginPackage, writeFiles, type FileTree } from '../support/application-folder';

const namesOf = (registry: DestinationRegistry): string[] => registry.list().map(({ package: name }) => name);

function pluginFolder(folder: string, code: string, manifest: object = { main: './index.js' }): FileTree {
  return {
    [`${folder}/package.json`]: { name: 'acme', version: '1.2.3', dest: { api: 1 }, ...manifest },
    [`${folder}/index.js`]: code,
  };
}

/** Code that leaves a line in `ran.txt` of the application's folder. */
const countsItself = `require('node:fs').appendFileSync(__dirname.split('/node_modules')[0] + '/ran.txt', 'ran\\n');`;

function timesRun(from: string): number {
  const file = join(from, 'ran.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

const esModule = `import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  const module = {};
  ${pluginCode('acme')}
  export const Exported = module.exports.TestDestination;`;

describe('a plugin that is listed as a file: URL', () => {
  test.each([
    ['a folder', 'my plugins/ä', '', pluginFolder('my plugins/ä', pluginCode('acme'))],
    ['a folder with a slash at its end', 'plugin', '/', pluginFolder('plugin', pluginCode('acme'))],
    ['a file', 'own.js', '', { 'own.js': pluginCode('acme') }],
  ])('%s', async (_name, path, end, files) => {
    const from = applicationFolder(files);
    const registry = new DestinationRegistry({ from });
    await registry.load(`${pathToFileURL(join(from, path)).href}${end}`);
    expect(namesOf(registry)).toEqual(['acme']);
  });

  test.each(['file://elsewhere/plugin', 'file:///a%2Fb', 'file:'])('%s is refused', async (plugin) => {
    const registry = new DestinationRegistry({ from: applicationFolder() });
    await expect(registry.load(plugin)).rejects.toMatchObject({
      name: 'PluginError',
      plugin,
      message: expect.stringContaining(`Plugin ${plugin} is not`) as string,
    });
  });

  test('which file URL can not be read is said', async () => {
    const registry = new DestinationRegistry({ from: applicationFolder() });
    await expect(registry.load('file://elsewhere/plugin')).rejects.toMatchObject({
      code: 'PLUGIN_NOT_INSTALLED',
      message: expect.stringMatching(/no URL of a file on this machine .*Write file:\/\/\/path/) as string,
    });
  });
});

describe('the entry of a folder', () => {
  test.each<[string, object, string]>([
    ['index.js where nothing is named', {}, pluginCode('acme')],
    ['exports', { exports: './index.js' }, pluginCode('acme')],
    ['exports that are only importable', { type: 'module', exports: { import: './index.js' } }, esModule],
    ['exports before main', { main: './nowhere.js', exports: { '.': './index.js' } }, pluginCode('acme')],
  ])('%s', async (_name, manifest, code) => {
    const registry = new DestinationRegistry({ from: applicationFolder(pluginFolder('plugin', code, manifest)) });
    await registry.load('./plugin');
    expect(namesOf(registry)).toEqual(['acme']);
  });

  test.each<[string, string, FileTree]>([
    ['a folder', './plugin', pluginFolder('plugin', '', { main: '../outside.js' })],
    ['a package', 'acme', pluginPackage('acme', '', { main: '../../outside.js' })],
  ])('outside of %s it is not run', async (_name, plugin, files) => {
    const from = applicationFolder({ ...files, 'outside.js': `${countsItself} ${pluginCode('acme')}` });
    const registry = new DestinationRegistry({ from });
    await expect(registry.load(plugin)).rejects.toMatchObject({
      code: 'PLUGIN_ENTRY_OUTSIDE',
      plugin,
      message: expect.stringContaining(join(from, 'outside.js')) as string,
    });
    expect(timesRun(from)).toBe(0);
  });

  test('an entry whose name only begins with two dots is inside', async () => {
    const files = { ...pluginFolder('plugin', '', { main: './..main.js' }), 'plugin/..main.js': pluginCode('acme') };
    const registry = new DestinationRegistry({ from: applicationFolder(files) });
    await registry.load('./plugin');
    expect(namesOf(registry)).toEqual(['acme']);
  });
});

describe('a package.json with a byte order mark', () => {
  const marked = (manifest: object): string => `\uFEFF${JSON.stringify(manifest)}`;
  const manifest = { name: 'acme', version: '1.2.3', main: './index.js', dest: { api: 1 } };

  test.each<[string, string, FileTree]>([
    ['a package', 'acme', { ...pluginPackage('acme', pluginCode('acme')), 'node_modules/acme/package.json': marked(manifest) }], // prettier-ignore
    ['a folder', './plugin', { ...pluginFolder('plugin', pluginCode('acme')), 'plugin/package.json': marked(manifest) }], // prettier-ignore
    [
      'a folder with exports',
      './plugin',
      {
        ...pluginFolder('plugin', pluginCode('acme')),
        'plugin/package.json': marked({ ...manifest, exports: './index.js' }),
      },
    ],
    ['the application', 'acme', { ...pluginPackage('acme', pluginCode('acme')), 'package.json': marked({ name: 'app' }) }], // prettier-ignore
  ])('of %s is read', async (_name, plugin, files) => {
    const registry = new DestinationRegistry({ from: applicationFolder(files) });
    await registry.load(plugin);
    expect(registry.list()).toMatchObject([{ package: 'acme', version: '1.2.3' }]);
  });

  test('one that only an import can enter says what stands in the way', async () => {
    const only = { ...manifest, type: 'module', exports: { import: './index.js' } };
    const files = { ...pluginPackage('acme', esModule), 'node_modules/acme/package.json': marked(only) };
    const registry = new DestinationRegistry({ from: applicationFolder(files) });
    await expect(registry.load('acme')).rejects.toMatchObject({
      code: 'PLUGIN_ENTRY_MISSING',
      message: expect.stringMatching(/Invalid package config .*package\.json/) as string,
    });
  });
});

test.each<[string, object]>([
  ['name', { name: 5 }],
  ['version', { version: 5 }],
])('a %s that is no text is as good as none', async (_name, manifest) => {
  const registry = new DestinationRegistry({
    from: applicationFolder(pluginPackage('acme', pluginCode('acme'), manifest)),
  });
  const [registered] = await registry.load('acme');
  expect(typeof registered?.version).toBe('string');
  await expect(registry.load({ package: 'acme', range: '^2.0.0' })).rejects.toMatchObject({
    code: 'PLUGIN_RANGE_UNMET',
  });
});

describe('one package that is listed more than once', () => {
  const counted = `${countsItself} ${pluginCode('@acme/crm')}
    class Contacts extends TestDestination {}
    RegisterDestination({ package: '@acme/crm#contacts', title: 'Contacts', credentials, init })(Contacts);
    module.exports = { TestDestination, Contacts };`;

  test.each<[string, (string | { package: string; range: string })[]]>([
    ['with and without a class', ['@acme/crm#contacts', '@acme/crm']],
    ['with and without a range', [{ package: '@acme/crm', range: '^1.0.0' }, '@acme/crm']],
    ['with two ranges', [{ package: '@acme/crm', range: '^1.0.0' }, { package: '@acme/crm', range: '1.x' }]], // prettier-ignore
    ['by name and by path', ['@acme/crm', './node_modules/@acme/crm']],
  ])('%s is loaded once', async (_name, plugins) => {
    for (const together of [true, false]) {
      const from = applicationFolder(pluginPackage('@acme/crm', counted));
      const registry = new DestinationRegistry({ from });
      const load = (plugin: (typeof plugins)[number]): Promise<unknown> => registry.load(plugin);
      if (together) await Promise.all(plugins.map(load));
      else for (const plugin of plugins) expect(await load(plugin)).toHaveLength(2);
      expect(new Set(namesOf(registry))).toEqual(new Set(['@acme/crm', '@acme/crm#contacts']));
      expect(registry.list()).toHaveLength(2);
      expect(timesRun(from)).toBe(1);
    }
  });

  test('a range that is not met refuses that listing, and the other stays', async () => {
    const registry = new DestinationRegistry({ from: applicationFolder(pluginPackage('acme', pluginCode('acme'))) });
    await registry.load('acme');
    await expect(registry.load({ package: 'acme', range: '^2.0.0' })).rejects.toMatchObject({
      code: 'PLUGIN_RANGE_UNMET',
    });
    expect(namesOf(registry)).toEqual(['acme']);
  });
});

describe('a hostile module', () => {
  const hostile = `new Proxy({}, {
    get() { throw new Error('mine'); }, ownKeys() { throw new Error('mine'); }, has() { throw new Error('mine'); },
    getOwnPropertyDescriptor() { throw new Error('mine'); }, getPrototypeOf() { throw new Error('mine'); } })`;

  test.each([
    ['exports that throw', `module.exports = ${hostile};`],
    ['a class that throws', `module.exports = new Proxy(class {}, { ownKeys() { throw new Error('mine'); } });`],
    [
      'an export that throws when it is looked at',
      `exports.value = new Proxy(class {}, { getOwnPropertyDescriptor() { throw new Error('mine'); } });`,
    ],
    ['a thrown value that throws', `throw ${hostile};`],
    ['a thrown error whose message is a symbol', `throw Object.assign(new Error(), { message: Symbol('mine') });`],
    ['nothing thrown', `throw undefined;`],
    [
      'an error of the contract',
      `const { PluginError } = require('@dest/core'); throw new PluginError('x', { code: 'PLUGIN_NOT_INSTALLED', plugin: 'other' });`,
    ],
  ])('%s is PLUGIN_IMPORT_FAILED', async (_name, code) => {
    const folder = applicationFolder();
    writeFiles(folder, { 'own.js': code });
    const registry = new DestinationRegistry({ from: folder });
    await expect(registry.load('./own.js')).rejects.toMatchObject({
      name: 'PluginError',
      code: 'PLUGIN_IMPORT_FAILED',
      plugin: './own.js',
      message: expect.stringContaining('Plugin ./own.js throws w') as string,
    });
  });

  test.each([
    ['a null', `export const then = (resolve) => resolve(null);`],
    ['a text', `export const then = (resolve) => resolve('text');`],
  ])('that turns itself into %s has no destination', async (_name, code) => {
    const registry = new DestinationRegistry({ from: applicationFolder({ 'own.mjs': code }) });
    await expect(registry.load('./own.mjs')).rejects.toMatchObject({ code: 'PLUGIN_NO_DESTINATION' });
  });
});
