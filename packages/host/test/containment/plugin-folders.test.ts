import type { PluginSpecification } from '@dest/core';
import { dirname, join } from 'node:path';
import { applicationFolder } from '../../../core/test/support/application-folder';
import { HostFaults } from '../../src/containment/host-faults';
import { PluginFolders } from '../../src/containment/plugin-folders';
import type { Application } from '../../src/application/application';

const folder = applicationFolder({
  'app.cjs': '',
  'plugin.cjs': '',
  'own/index.cjs': '',
  'node_modules/acme-crm/index.js': '',
  'node_modules/driver/index.js': '',
});

const applicationOf = (...plugins: readonly PluginSpecification[]): Application =>
  ({
    plugins: plugins.map((specification) => ({ specification, registered: [] })),
    configuration: { folder },
  }) as unknown as Application;

const listed = ['acme-crm', './plugin.cjs', { package: './own' }] as const;
const frame = (file: string): string => `    at run (${join(folder, file)}:1:1)`;
const node = '    at process.processTimers (node:internal/timers:519:7)';

/** An error whose stack names these files, the innermost first. */
function thrownIn(...files: readonly string[]): Error {
  const lines = files.map((file) => (file === 'node' ? node : frame(file)));
  return Object.assign(new Error('x'), { stack: ['Error: x', ...lines].join('\n') });
}

describe('who is behind something that ran outside of every attribution', () => {
  const folders = new PluginFolders(applicationOf(...listed, 'absent', 'file://%%'));

  it.each([
    [
      'the plugin that began it',
      ['node_modules/driver/index.js', 'node_modules/acme-crm/index.js', 'node'],
      'acme-crm',
    ],
    ['the application that called the plugin', ['node_modules/acme-crm/index.js', 'app.cjs', 'node'], undefined],
    ['a plugin that called the application', ['app.cjs', 'plugin.cjs', 'node'], './plugin.cjs'],
    ['a plugin in a folder', ['own/lib/deep.cjs'], './own'],
    ['the application beside a plugin', ['other.cjs'], undefined],
    ['Node.js', ['node'], undefined],
  ])('is %s', (_who, files, expected) => {
    expect(folders.pluginBelow(thrownIn(...files))).toBe(expected);
  });

  it('is not told by what an error was caused by', () => {
    const cause = thrownIn('node_modules/acme-crm/index.js');
    expect(folders.pluginBelow(Object.assign(thrownIn('app.cjs'), { cause }))).toBeUndefined();
  });

  it('is never a plugin that is the whole application', () => {
    for (const around of ['.', './', '..', dirname(folder)]) {
      expect(new PluginFolders(applicationOf(around)).pluginBelow(thrownIn('app.cjs'))).toBeUndefined();
    }
  });

  it.each([undefined, null, 'a text', {}, new Error('x', { cause: null }), Object.assign(new Error(), { stack: 7 })])(
    'is nobody for %p',
    (thrown) => {
      expect(folders.pluginBelow(thrown)).toBeUndefined();
      expect(folders.pluginBehind(thrown)).toBeUndefined();
    },
  );

  it('is nobody for what throws when it is looked at', () => {
    const get = (): never => {
      throw new Error('no');
    };
    expect(folders.pluginBelow(Object.defineProperty(new Error(), 'stack', { get }))).toBeUndefined();
  });
});

describe('where there is no application in the process', () => {
  const folders = new PluginFolders(applicationOf(...listed), [join(folder, 'dest')]);

  it.each([
    [
      'code anywhere in the stack',
      ['app.cjs', 'node_modules/acme-crm/index.js', 'node_modules/driver/index.js'],
      'acme-crm',
    ],
    ['code beside a plugin that is a file', ['helpers/more.cjs'], './plugin.cjs'],
    ['code of Dest beside it', ['dest/main.js'], undefined],
    ['code of a package beside it', ['node_modules/driver/index.js'], undefined],
  ])('%s tells the plugin', (_what, files, expected) => {
    expect(folders.pluginBehind(thrownIn(...files))).toBe(expected);
  });

  it('its causes do too', () => {
    const cause = thrownIn('node_modules/acme-crm/index.js');
    expect(folders.pluginBehind(Object.assign(thrownIn('node'), { cause }))).toBe('acme-crm');
  });
});

test('a host takes what its plugins began outside of every attribution', () => {
  const logged: string[] = [];
  const logger = { error: (message: string) => void logged.push(message) } as never;
  const faults = new HostFaults({ logger, contain: true });
  faults.watch(applicationOf(...listed), (text) => text);
  const origin = 'uncaughtException';
  const thrown = thrownIn('node_modules/driver/index.js', 'node_modules/acme-crm/index.js', 'node');
  expect(faults.take({ thrown, owner: undefined, origin })).toBe(true);
  expect(faults.take({ thrown: thrownIn('app.cjs'), owner: undefined, origin })).toBe(false);
  expect(logged).toEqual([expect.stringMatching(/^Plugin acme-crm throws outside of any call: x\. /)]);
  faults.close();
});
