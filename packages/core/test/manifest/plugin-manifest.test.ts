import {
  checkDeclaration,
  compileSchema,
  describeType,
  DestinationRegistry,
  inspectPlugin,
  makeManifest,
  manifestDifferences,
  pluginManifestSchema,
  type PluginManifest,
} from '@dest/core';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationFolder, pluginCode, pluginPackage, writeFiles, type FileTree } from '../support/application-folder';

const FILE = 'node_modules/acme/dest.manifest.json';

/** Code that can do all that a manifest tells, and leaves a file where it was run. */
const CODE = `${pluginCode('acme', 'async dispatchBatch() { return []; }\n async forgetProfile() {}')}
  require('node:fs').writeFileSync(require('node:path').join(__dirname, 'was-run'), '');
  class Other extends TestDestination { async check() { return { ok: true }; } }
  RegisterDestination({ package: 'acme#other', title: 'Other', credentials, init, orderedBatches: true, tags: ['x'] })(Other);
  module.exports = { TestDestination, Other };`;

/** The manifest of a package in an application's folder, as it should be. */
async function manifestOf(folder: string, name = 'acme'): Promise<PluginManifest> {
  const types = await new DestinationRegistry({ from: folder }).load(name);
  const { installed } = await inspectPlugin(name, folder);
  const described = types.map(describeType);
  return makeManifest(installed!.manifest, checkDeclaration(installed!.manifest, described).declaration, described);
}

function acme(more: object = {}): FileTree {
  return pluginPackage('acme', CODE, { description: 'Acme things', ...more });
}

async function withManifest(change: (manifest: PluginManifest) => object = (manifest) => manifest): Promise<string> {
  const folder = applicationFolder(acme());
  const manifest = structuredClone(await manifestOf(folder));
  writeFiles(folder, { [FILE]: change(manifest) });
  return folder;
}

async function warningsOf(folder: string): Promise<readonly { readonly code: string; readonly message: string }[]> {
  const registry = new DestinationRegistry({ from: folder });
  await registry.load('acme');
  return registry.warnings();
}

describe('a manifest', () => {
  test('says what a package and its classes are, and fits its own schema', async () => {
    const dest = { api: 1, hosts: ['*.acme.example', '{credentials.key}'], native: ['acme-native'] };
    const more = {
      dest,
      optionalDependencies: { 'acme-native': '^1.0.0' },
      engines: { node: '>=20' },
      peerDependencies: { '@dest/core': '>=0.1.0 <1' },
    };
    const manifest = await manifestOf(applicationFolder(acme(more)));
    expect(manifest).toMatchObject({
      manifest: 1,
      package: 'acme',
      version: '1.2.3',
      description: 'Acme things',
      api: 1,
      requires: { node: '>=20', core: '>=0.1.0 <1' },
      hosts: ['*.acme.example', '{credentials.key}'],
      native: ['acme-native'],
    });
    expect(manifest.types.map(({ schemas: _schemas, forms: _forms, ...rest }) => rest)).toEqual([
      {
        kind: 'destination',
        package: 'acme',
        title: 'Test',
        description: '',
        tags: [],
        missing: 'null',
        capabilities: { batches: true, orderedBatches: false, check: false, forgetProfile: true },
      },
      {
        kind: 'destination',
        package: 'acme#other',
        title: 'Other',
        description: '',
        tags: ['x'],
        missing: 'null',
        capabilities: { batches: true, orderedBatches: true, check: true, forgetProfile: true },
      },
    ]);
    expect(manifest.types[0]!.schemas.init).toMatchObject({ properties: { name: { default: 'none' } } });
    expect(manifest.types[0]!.forms.init).toMatchObject([{ pointer: '/name', component: 'text' }]);
    expect(compileSchema(pluginManifestSchema)(manifest)).toEqual({ valid: true, value: manifest });
  });

  test('the published schema is the one that is validated by', () => {
    const file = join(__dirname, '../../schema/dest.manifest.schema.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(pluginManifestSchema);
  });

  test('describes a package of which nothing is run', async () => {
    const folder = applicationFolder({ ...acme(), [FILE]: await manifestOf(applicationFolder(acme())) });
    const { manifest, warnings } = await inspectPlugin({ package: 'acme', range: '^1.0.0' }, folder);
    expect(manifest?.types.map(({ title }) => title)).toEqual(['Test', 'Other']);
    expect(warnings).toEqual([]);
    expect(existsSync(join(folder, 'node_modules/acme/was-run'))).toBe(false);
  });

  test('is refused what loading would refuse', async () => {
    const folder = applicationFolder({ ...acme({ dest: { api: 9 } }), [FILE]: {} });
    await expect(inspectPlugin('acme', folder)).rejects.toMatchObject({ code: 'PLUGIN_API_UNSUPPORTED' });
  });

  test('is not there for a package without one, nor for a file', async () => {
    const folder = applicationFolder({ ...acme(), 'own.js': pluginCode('own') });
    expect(await inspectPlugin('acme', folder)).toMatchObject({ warnings: [] });
    expect((await inspectPlugin('acme', folder)).manifest).toBeUndefined();
    expect(await inspectPlugin('./own.js', folder)).toEqual({ warnings: [] });
  });
});

describe('what a manifest says otherwise than its package', () => {
  test('is nothing where it is of the same version, one by a newer core included', async () => {
    const newer = (manifest: PluginManifest): object => ({
      ...manifest,
      later: true,
      types: manifest.types.map((type) => ({
        ...type,
        later: 1,
        capabilities: { ...type.capabilities, streams: true },
        // Forms follow from the schemas, by the rules of whoever derives them.
        forms: { credentials: [], init: [] },
      })),
    });
    expect(await warningsOf(await withManifest())).toEqual([]);
    expect(await warningsOf(await withManifest(newer))).toEqual([]);
  });

  test.each<[what: string, change: (manifest: PluginManifest) => object, said: string]>([
    [
      'the version',
      (manifest) => ({ ...manifest, version: '1.2.2' }),
      'version is "1.2.2" there, and "1.2.3" in the package',
    ],
    [
      'a host',
      (manifest) => ({ ...manifest, hosts: ['a.example'] }),
      'hosts is ["a.example"] there, and not in the package',
    ],
    [
      'a title',
      (manifest) => ({ ...manifest, types: [{ ...manifest.types[0], title: 'Old' }, manifest.types[1]] }),
      'acme.title is "Old" there, and "Test" in the package',
    ],
    [
      'a capability',
      ({ types: [first, second], ...rest }) => ({
        ...rest,
        types: [first, { ...second, capabilities: { ...second!.capabilities, check: false } }],
      }),
      '["acme#other"].capabilities.check is false there, and true in the package',
    ],
    [
      'a part of a schema',
      ({ types: [first, second], ...rest }) => ({
        ...rest,
        types: [{ ...first, schemas: { ...first!.schemas, init: { type: 'object' } } }, second],
      }),
      'acme.schemas.init.properties is not there, and {"name":{"type":"string","default":"none"}} in the package',
    ],
    ['a type that is new', (manifest) => ({ ...manifest, types: [manifest.types[0]] }), 'it lacks acme#other'],
    [
      'a type that is gone',
      (manifest) => ({ ...manifest, types: [...manifest.types, { ...manifest.types[0], package: 'acme#gone' }] }),
      "it has acme#gone, which the package doesn't register",
    ],
  ])('%s', async (_what, change, said) => {
    const folder = await withManifest(change);
    const [warning, ...others] = await warningsOf(folder);
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: 'PLUGIN_MANIFEST_DRIFT', plugin: 'acme' });
    expect(warning!.message).toContain(said);
    expect(warning!.message).toContain('dest manifest');
  });

  test('is told where a form differs only to the one who writes it', async () => {
    const manifest = await manifestOf(applicationFolder(acme()));
    const found = {
      ...manifest,
      types: manifest.types.map((type) => ({ ...type, forms: { credentials: [], init: [] } })),
    };
    expect(manifestDifferences(found, manifest)).toEqual([]);
    expect(manifestDifferences(found, manifest, { forms: true })).toContainEqual(
      expect.stringContaining('acme.forms.init'),
    );
  });

  test('is cut short where it is much', async () => {
    const folder = await withManifest((manifest) => ({
      ...manifest,
      types: manifest.types.map((type) => ({ ...type, title: 'a', description: 'b', tags: ['c'], missing: 'omit' })),
    }));
    const [warning] = await warningsOf(folder);
    expect(warning!.message).toMatch(/; and 3 more\. /);
  });

  test('of the package is seen without running it', async () => {
    const folder = applicationFolder({
      ...acme(),
      [FILE]: { ...(await manifestOf(applicationFolder(acme()))), version: '0.9.0' },
    });
    const { warnings } = await inspectPlugin('acme', folder);
    expect(warnings).toMatchObject([{ code: 'PLUGIN_MANIFEST_DRIFT' }]);
    expect(existsSync(join(folder, 'node_modules/acme/was-run'))).toBe(false);
  });
});

describe('a manifest that can not be used leaves the plugin working', () => {
  test.each<[what: string, content: (manifest: PluginManifest) => string | object, said: RegExp]>([
    ['no JSON', () => '{ no', /JSON/],
    ['of another format', (manifest) => ({ ...manifest, manifest: 2 }), /manifest should be 1, is 2/],
    ['that lacks something', ({ types: _types, ...rest }) => rest, /types/],
    [
      'that describes names of others',
      (manifest) => ({ ...manifest, types: [{ ...manifest.types[0], package: '@dest/pulsar' }] }),
      /describes @dest\/pulsar, which is no name of acme/,
    ],
    ['that is huge', (manifest) => ({ ...manifest, description: 'x'.repeat(5_000_000) }), /5\d{6} bytes/],
  ])('%s', async (_what, content, said) => {
    const folder = applicationFolder({ ...acme(), [FILE]: content(await manifestOf(applicationFolder(acme()))) });
    const registry = new DestinationRegistry({ from: folder });
    expect(await registry.load('acme')).toHaveLength(2);
    expect(registry.warnings()).toMatchObject([{ code: 'PLUGIN_MANIFEST_INVALID', plugin: 'acme' }]);
    expect(registry.warnings()[0]!.message).toMatch(said);
  });
});

describe('what a package declares of itself', () => {
  const typesOf = async (dest: object): Promise<readonly string[]> => {
    const folder = applicationFolder(acme({ dest: { api: 1, ...dest }, dependencies: { there: '1' } }));
    const registry = new DestinationRegistry({ from: folder });
    const types = (await registry.load('acme')).map(describeType);
    const { installed } = await inspectPlugin('acme', folder);
    return checkDeclaration(installed!.manifest, types).problems;
  };

  test.each([
    [{ hosts: [] }],
    [
      {
        hosts: [
          'api.example.com',
          '*.example.com:8443',
          '127.0.0.1',
          '[::1]:80',
          '*',
          '{credentials.key}',
          '{init.name}',
        ],
      },
    ],
    [{ native: ['there'] }],
  ])('%j is right', async (dest) => {
    expect(await typesOf(dest)).toEqual([]);
  });

  test.each<[dest: object, problem: RegExp]>([
    [{ hosts: 'api.example.com' }, /^dest\.hosts should be a list/],
    [{ hosts: ['https://api.example.com/'] }, /holds "https:\/\/api\.example\.com\/", which should be names such as/],
    [{ hosts: [5] }, /dest\.hosts holds 5/],
    [{ hosts: ['a..b'] }, /a\.\.b/],
    [{ hosts: ['{credentials.secret}'] }, /no type of the package has such a setting/],
    [{ native: ['../away'] }, /dest\.native holds "\.\.\/away"/],
    [{ native: ['elsewhere'] }, /elsewhere, which is not among the dependencies/],
  ])('%j is not', async (dest, problem) => {
    expect(await typesOf(dest)).toEqual([expect.stringMatching(problem)]);
  });

  test('wrongly is a warning for whoever loads it', async () => {
    expect(await warningsOf(applicationFolder(acme({ dest: { api: 1, hosts: 5 } })))).toMatchObject([
      { code: 'PLUGIN_DECLARATION_INVALID', plugin: 'acme' },
    ]);
  });
});
