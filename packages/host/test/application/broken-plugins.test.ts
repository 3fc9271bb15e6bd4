import { DestinationInterface } from '@dest/core';
import { loadApplication, startHost } from '@dest/host';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  applicationFolder,
  pluginCode,
  pluginPackage,
  type FileTree,
} from '../../../core/test/support/application-folder';

/** Appends what it gets to a file named after the plugin. */
const writes = (name: string): string =>
  pluginCode(
    name,
    `async dispatchEvent(data) { require('node:fs').appendFileSync(${JSON.stringify('OUT/')} + ${JSON.stringify(name)}, JSON.stringify(data) + '\\n'); }`,
  );

test('of twelve plugins three are broken in different ways: they are named with cause and remedy, nine deliver', async () => {
  const working = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
  const out = applicationFolder();
  const files: FileTree = Object.assign(
    {},
    ...working.map((name) => pluginPackage(`plugin-${name}`, writes(`plugin-${name}`).replaceAll('OUT', out))),
    pluginPackage('plugin-throws', `throw new Error('no licence')`),
    pluginPackage('plugin-new', '', { dest: { api: 2 } }),
  );
  const plugins = [...working.map((name) => `plugin-${name}`), 'plugin-throws', 'plugin-new', 'plugin-absent'];
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const host = await startHost({
    config: {
      version: 1,
      outbox: { type: 'memory' },
      plugins,
      destinations: plugins.map((name) => ({ id: name, package: name, mapping: { type: 'event@type' } })),
    },
    from: applicationFolder(files),
    logger: { debug: log, info: log, warn: log, error: log },
  });
  const receipt = await host.dispatch({ event: { type: 'greeting' } });
  await host.drain({ waitForRetries: true });
  const lanes = await host.lanes();
  await host.close();

  expect(receipt.deliveries).toHaveLength(12);
  expect(
    readdirSync(out)
      .filter((name) => name.startsWith('plugin-'))
      .toSorted(),
  ).toEqual(plugins.slice(0, 9).toSorted());
  for (const name of plugins.slice(0, 9)) expect(readFileSync(join(out, name), 'utf8')).toBe('{"type":"greeting"}\n');
  expect(
    lanes.filter(({ state }) => state === 'unavailable').map(({ destination, waiting }) => [destination, waiting]),
  ).toEqual([
    ['plugin-throws', 1],
    ['plugin-new', 1],
    ['plugin-absent', 1],
  ]);
  expect(logged).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/Plugin plugin-throws throws while it is loaded .*: no licence\. Report it/),
      expect.stringMatching(/Plugin plugin-new follows version 2 of the plugin contract .* Install a version/),
      expect.stringMatching(/Plugin plugin-absent is not installed: .* npm install plugin-absent/),
    ]),
  );
});

test('of two plugins that want one name the first of the list gets it, however long it takes to load', async () => {
  const slow = pluginCode('same')
    .replace('module.exports = {', 'export {')
    .replace(/= require\('@dest\/core'\)/, '= core');
  const folder = applicationFolder({
    'slow.mjs': `import core from '@dest/core'; await new Promise((resolve) => setTimeout(resolve, 50));${slow}`,
    'fast.cjs': pluginCode('same'),
  });
  for (const plugins of [
    ['./slow.mjs', './fast.cjs'],
    ['./fast.cjs', './slow.mjs'],
  ]) {
    const application = await loadApplication({
      config: { version: 1, outbox: { type: 'memory' }, plugins },
      from: folder,
    });
    expect(application.plugins.map(({ issue }) => issue?.code)).toEqual([undefined, 'PLUGIN_NAME_TAKEN']);
    expect(application.issues).toEqual([expect.objectContaining({ path: '/plugins/1' })]);
    await application.close();
  }
});

test('plugins that never finish loading cost one deadline together', async () => {
  const begins = "import { writeFileSync } from 'node:fs'; writeFileSync(new URL('begun', import.meta.url), '');";
  const folder = applicationFolder({
    'one/index.mjs': `${begins} await new Promise(() => undefined);`,
    'two/index.mjs': `${begins} await new Promise(() => undefined);`,
    'fine.cjs': pluginCode('fine'),
  });
  const deadlines = new Set<() => void>();
  const loading = loadApplication({
    config: { version: 1, outbox: { type: 'memory' }, plugins: ['./one/index.mjs', './fine.cjs', './two/index.mjs'] },
    from: folder,
    clock: {
      now: () => 0,
      schedule: (_delayMs, run) => {
        deadlines.add(run);
        return () => deadlines.delete(run);
      },
    },
  });
  // No deadline passes before both have begun: one after the other they never would.
  const begun = (): boolean => ['one', 'two'].every((name) => existsSync(join(folder, name, 'begun')));
  while (!begun() || deadlines.size > 2) {
    await new Promise((later) => setTimeout(later, 5));
  }
  for (const pass of deadlines) pass();
  const application = await loading;
  expect(application.plugins.map(({ issue }) => issue?.code)).toEqual([
    'PLUGIN_IMPORT_TIMEOUT',
    undefined,
    'PLUGIN_IMPORT_TIMEOUT',
  ]);
  await application.close();
});

test('what is wrong is logged with its place in the file', async () => {
  const folder = applicationFolder({ 'dest.yaml': 'version: 1\nplugins:\n  - absent\n' });
  const calls: unknown[][] = [];
  const log = (...words: unknown[]): void => void calls.push(words);
  const config = join(folder, 'dest.yaml');
  const host = await startHost({ config, logger: { debug: log, info: log, warn: log, error: log } });
  await host.close();
  expect(calls).toEqual([
    [
      expect.stringMatching(/dest\.yaml:3:5 PLUGIN_NOT_INSTALLED Plugin absent is not installed/),
      { code: 'PLUGIN_NOT_INSTALLED', path: '/plugins/0', file: config, line: 3, column: 5 },
    ],
  ]);
});

test('a destination whose init, credentials or resource is wrong waits; the others deliver', async () => {
  const received: unknown[] = [];
  const { RegisterDestination, defineSchema } = await import('@dest/core');
  class Target extends DestinationInterface {
    async dispatchEvent(data: unknown): Promise<void> {
      received.push(data);
    }
    async dispatchProfile(): Promise<void> {}
  }
  const schema = defineSchema({ type: 'object', properties: { a: { type: 'string' } } });
  RegisterDestination({ package: 'target', title: 'Target', credentials: schema, init: schema })(Target);
  const host = await startHost({
    config: {
      version: 1,
      outbox: { type: 'memory' },
      resources: [{ id: 'odd', credentials: { production: { a: 1 } } }],
      destinations: [
        { id: 'init', package: 'target', init: { a: 5 } },
        { id: 'credentials', package: 'target', resource: { id: 'odd' } },
        { id: 'resource', package: 'target', resource: { id: 'nobody' } },
        { id: 'fine', package: 'target', mapping: 'event@type' },
      ],
    },
    register: [Target],
  });
  await host.dispatch({ event: { type: 'a' } });
  await host.drain();
  expect(received).toEqual(['a']);
  expect((await host.lanes()).map(({ state }) => state)).toEqual([
    'unavailable',
    'unavailable',
    'unavailable',
    'ready',
  ]);
  await host.close();
});
