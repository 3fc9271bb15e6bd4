import { DestinationRegistry } from '@dest/core';
import { applicationFolder } from '../../../core/test/support/application-folder';
import { loadPlugins } from '../../src/application/load-plugins';
import { attributedTo, keepAttribution } from '../../src/containment/attribution';
import type { Owner } from '../../src/containment/plugin-fault';

let stop: () => void;
beforeEach(() => (stop = keepAttribution()));
afterEach(() => stop());

test('what a plugin’s module starts is attributed to the plugin as it is listed, whatever comes of it', async () => {
  const found = new Map<string, Owner | undefined>();
  const note = Object.assign(globalThis, { noteOwner: (name: string) => found.set(name, attributedTo()) });
  const from = applicationFolder({
    'top.cjs': "noteOwner('top'); setTimeout(() => noteOwner('timer'), 1);",
    'module.mjs': "import './dependency.mjs'; await 1; noteOwner('module');",
    'dependency.mjs': "noteOwner('dependency');",
    'throws.cjs': "process.nextTick(() => noteOwner('throws')); throw new Error('no');",
  });
  const configuration = { plugins: ['./top.cjs', './module.mjs', './throws.cjs'], folder: from, roots: [] };
  const newRegistry = (): DestinationRegistry => new DestinationRegistry({ from });
  const faults = { take: () => true };
  const statuses = await loadPlugins({
    configuration: configuration as never,
    registry: newRegistry(),
    trialRegistry: newRegistry,
    place: (issue) => issue,
    faults,
  });
  while (found.size < 5) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(Object.fromEntries(found)).toEqual({
    top: { package: './top.cjs', faults },
    timer: { package: './top.cjs', faults },
    dependency: { package: './module.mjs', faults },
    module: { package: './module.mjs', faults },
    throws: { package: './throws.cjs', faults },
  });
  expect(statuses.map(({ issue }) => issue?.code)).toEqual([
    'PLUGIN_NO_DESTINATION',
    'PLUGIN_NO_DESTINATION',
    'PLUGIN_IMPORT_FAILED',
  ]);
  expect(attributedTo()).toBeUndefined();
  Reflect.deleteProperty(note, 'noteOwner');
});
