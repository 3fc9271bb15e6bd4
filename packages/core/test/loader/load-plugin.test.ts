import { DestinationRegistry, PluginError } from '@dest/core';
import { applicationFolder, pluginCode, pluginPackage, writeFiles, type FileTree } from '../support/application-folder';

async function refusalOf(files: FileTree, plugin: string | { package: string; range: string }): Promise<PluginError> {
  const registry = new DestinationRegistry({ from: applicationFolder(files), importTimeoutMs: 300 });
  const refusal: unknown = await registry.load(plugin).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(PluginError);
  expect(registry.list()).toEqual([]);
  return refusal as PluginError;
}

describe('loading a plugin package', () => {
  test.each([
    ['CommonJS', pluginPackage('acme', pluginCode('acme'))],
    [
      'an ES module that is only importable',
      {
        'node_modules/acme/package.json': {
          name: 'acme',
          version: '1.2.3',
          type: 'module',
          exports: { import: './index.js' },
          dest: { api: 1 },
        },
        'node_modules/acme/index.js': `import { createRequire } from 'node:module';
          const require = createRequire(import.meta.url);
          const module = {};
          ${pluginCode('acme')}
          export const Exported = module.exports.TestDestination;`,
      },
    ],
    [
      'a class as the default export of CommonJS',
      pluginPackage('acme', `${pluginCode('acme')}; module.exports = TestDestination;`),
    ],
    [
      'a package that hides its package.json',
      pluginPackage('acme', pluginCode('acme'), { exports: { '.': './index.js' } }),
    ],
  ])('%s', async (_name, files) => {
    const registry = new DestinationRegistry({ from: applicationFolder(files) });
    await registry.load('acme');
    expect(registry.resolve('acme')).toMatchObject({ package: 'acme', title: 'Test', version: '1.2.3' });
  });

  test('several classes of one package, each under a name of its own', async () => {
    const code = `${pluginCode('acme#contacts')}
      class Deals extends TestDestination {}
      RegisterDestination({ package: 'acme#deals', title: 'Deals', credentials, init })(Deals);
      class Unregistered extends Deals {}
      module.exports = { TestDestination, Deals, Unregistered };`;
    const registry = new DestinationRegistry({ from: applicationFolder(pluginPackage('acme', code)) });
    await registry.load('acme#contacts');
    expect(new Set(registry.list().map(({ package: name }) => name))).toEqual(new Set(['acme#contacts', 'acme#deals']));
  });

  test('a file and a folder of the application', async () => {
    const folder = applicationFolder({
      'own.js': pluginCode('own'),
      'plugin/package.json': { name: 'in-folder', main: 'main.js', dest: { api: 1 } },
      'plugin/main.js': pluginCode('in-folder'),
    });
    const registry = new DestinationRegistry({ from: folder });
    await registry.load('./own.js');
    await registry.load('./plugin');
    expect(registry.list().map(({ package: name }) => name)).toEqual(['own', 'in-folder']);
  });

  test('twice is once', async () => {
    const registry = new DestinationRegistry({ from: applicationFolder(pluginPackage('acme', pluginCode('acme'))) });
    await Promise.all([registry.load('acme'), registry.load('acme')]);
    await registry.load('acme');
    expect(registry.list()).toHaveLength(1);
  });

  test('two registries do not see each other', async () => {
    const from = applicationFolder(pluginPackage('acme', pluginCode('acme')));
    const registry = new DestinationRegistry({ from });
    await registry.load('acme');
    expect(new DestinationRegistry({ from }).has('acme')).toBe(false);
  });

  test('the range that is asked for is met', async () => {
    const registry = new DestinationRegistry({ from: applicationFolder(pluginPackage('acme', pluginCode('acme'))) });
    await registry.load({ package: 'acme', range: '^1.2.0' });
    expect(registry.has('acme')).toBe(true);
  });

  test('a plugin with a copy of core of its own that fits is taken, though this core is out of its range', async () => {
    const files = pluginPackage('acme', pluginCode('acme'), { peerDependencies: { '@dest/core': '^99.0.0' } });
    const own = { 'node_modules/acme/node_modules/@dest/core/package.json': { name: '@dest/core', version: '99.1.0' } };
    const registry = new DestinationRegistry({ from: applicationFolder({ ...files, ...own }) });
    await registry.load('acme');
    expect(registry.has('acme')).toBe(true);
  });
});

describe('a plugin that can not be loaded says why and what to do', () => {
  test.each<[code: string, message: RegExp, files: FileTree, plugin?: string | { package: string; range: string }]>([
    ['PLUGIN_NOT_INSTALLED', /^Plugin acme is not installed.*npm install acme/, {}],
    ['PLUGIN_NOT_INSTALLED', /For a file of the application write \.\/mine\.js\./, {}, 'mine.js'],
    ['PLUGIN_NOT_INSTALLED', /\{ package: '@acme\/crm', range: '1\.0\.0' \}/, {}, '@acme/crm@1.0.0'],
    ['PLUGIN_NOT_INSTALLED', /no file or folder .*\/missing\.js/, {}, './missing.js'],
    ['PLUGIN_NOT_A_PLUGIN', /no "dest" entry/, pluginPackage('acme', pluginCode('acme'), { dest: undefined })],
    ['PLUGIN_NOT_A_PLUGIN', /has no package\.json/, { 'folder/index.js': '' }, './folder'],
    ['PLUGIN_MANIFEST_UNREADABLE', /can't be read/, { 'node_modules/acme/package.json': '{ no' }],
    ['PLUGIN_API_UNSUPPORTED', /follows version 2 .* supports 1/, pluginPackage('acme', '', { dest: { api: 2 } })],
    [
      'PLUGIN_ENGINE_UNSUPPORTED',
      /needs Node >=99; this is \d/,
      pluginPackage('acme', '', { engines: { node: '>=99' } }),
    ],
    [
      'PLUGIN_ENGINE_UNSUPPORTED',
      /needs @dest\/core \^99\.0\.0; this is 0\./,
      pluginPackage('acme', '', { peerDependencies: { '@dest/core': '^99.0.0' } }),
    ],
    [
      'PLUGIN_RANGE_UNMET',
      /version 1\.2\.3, and \^2\.0\.0 is asked for/,
      pluginPackage('acme', ''),
      { package: 'acme', range: '^2.0.0' },
    ],
    [
      'PLUGIN_ENTRY_MISSING',
      /Build the package/,
      pluginPackage('acme', '', { main: './dist/index.js', exports: './dist/index.js' }),
    ],
    ['PLUGIN_DEPENDENCY_MISSING', /is missing: left-of-here\./, pluginPackage('acme', `require('left-of-here')`)],
    [
      'PLUGIN_DEPENDENCY_MISSING',
      /is missing: left-of-here\./,
      pluginPackage('acme', `import 'left-of-here'`, { type: 'module' }),
    ],
    ['PLUGIN_IMPORT_FAILED', /throws while it is loaded .*: boom\./, pluginPackage('acme', `throw new Error('boom')`)],
    ['PLUGIN_IMPORT_FAILED', /: just text\./, pluginPackage('acme', `throw 'just text'`)],
    ['PLUGIN_IMPORT_FAILED', /throws while/, pluginPackage('acme', `class {`)],
    [
      'PLUGIN_IMPORT_TIMEOUT',
      /within 0\.3 s/,
      pluginPackage('acme', `await new Promise(() => {});`, { type: 'module' }),
    ],
    [
      'PLUGIN_NO_DESTINATION',
      /exports no registered class/,
      pluginPackage('acme', `module.exports = { class: class {} }`),
    ],
    ['PLUGIN_NAME_FOREIGN', /the name other, which is not its own/, pluginPackage('acme', pluginCode('other'))],
    ['PLUGIN_NAME_FOREIGN', /the name acmeother/, pluginPackage('acme', pluginCode('acmeother'))],
    [
      'PLUGIN_METHODS_MISSING',
      /lacks dispatchProfile\(\),/,
      pluginPackage('acme', `${pluginCode('acme')}; delete TestDestination.prototype.dispatchProfile;`),
    ],
    [
      'PLUGIN_METHODS_MISSING',
      /lacks dispatchEvent\(\) and dispatchProfile\(\)/,
      pluginPackage(
        'acme',
        `${pluginCode('acme')}; class Bare {}; RegisterDestination({ package: 'acme', title: 'Bare', credentials, init })(Bare); module.exports = { Bare };`,
      ),
    ],
    [
      'PLUGIN_SCHEMA_INVALID',
      /the init schema of Odd is not valid/,
      pluginPackage(
        'acme',
        `${pluginCode('acme')}; class Odd extends TestDestination {}; RegisterDestination({ package: 'acme', title: 'Odd', credentials, init: defineSchema({ type: 'objekt' }) })(Odd); module.exports = { Odd };`,
      ),
    ],
    [
      'PLUGIN_REGISTRATION_INVALID',
      /registers Odd wrongly: package should be/,
      pluginPackage(
        'acme',
        `${pluginCode('acme')}; class Odd extends TestDestination {}; RegisterDestination({ title: 'Odd', credentials, init })(Odd); module.exports = { Odd };`,
      ),
    ],
  ])('%s %s', async (code, message, files, plugin = 'acme') => {
    const refusal = await refusalOf(files, plugin);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
    expect(refusal.plugin).toBe(typeof plugin === 'string' ? plugin : plugin.package);
  });

  test('a name that is taken names who holds it, and nothing of the second plugin stays', async () => {
    const folder = applicationFolder({
      'first.js': pluginCode('mine'),
      'second.js': `${pluginCode('new')}
        class Second extends TestDestination {}
        RegisterDestination({ package: 'mine', title: 'Second', credentials, init })(Second);
        module.exports = { TestDestination, Second };`,
    });
    const registry = new DestinationRegistry({ from: folder });
    await registry.load('./first.js');
    await expect(registry.load('./second.js')).rejects.toMatchObject({
      code: 'PLUGIN_NAME_TAKEN',
      message: expect.stringMatching(/the name mine, which is taken by Test/),
    });
    expect(registry.list().map(({ package: name }) => name)).toEqual(['mine']);
  });

  test('what is broken can be mended and loaded again', async () => {
    const folder = applicationFolder();
    const registry = new DestinationRegistry({ from: folder });
    await expect(registry.load('./late.js')).rejects.toMatchObject({ code: 'PLUGIN_NOT_INSTALLED' });
    writeFiles(folder, { 'late.js': pluginCode('late') });
    await registry.load('./late.js');
    expect(registry.has('late')).toBe(true);
  });
});
