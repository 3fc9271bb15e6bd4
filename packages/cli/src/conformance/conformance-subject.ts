import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { ConfigurationError, DestinationRegistry, type DestinationClass, type RegisteredType } from '@dest/core';
import type { DestinationKit } from '@dest/testkit';
import { kitsOf } from './kits-of';

/** A destination type of a plugin, with what the conformance suite has to know of it. */
export interface ConformanceSubject {
  readonly registered: RegisteredType;
  readonly Class: DestinationClass<object>;
  readonly kit: DestinationKit;
}

/**
 * Loads a plugin, as a host does, and the kits that its package.json names.
 *
 * @param plugin - the folder of a package, or the name of one that is installed
 * @param from - the folder from which both are looked up
 * @throws PluginError where it can't be loaded; ConfigurationError `CONFORMANCE_NO_DESTINATION`, `CONFORMANCE_KIT_MISSING` or
 * `CONFORMANCE_KIT_INVALID`
 */
export async function conformanceSubjects(plugin: string, from: string): Promise<readonly ConformanceSubject[]> {
  const path = resolve(from, plugin);
  const isFolder = /^[./\\]/.test(plugin) || ((await isDirectory(path)) && (await isFile(join(path, 'package.json'))));
  const loaded = await new DestinationRegistry({ from }).load(isFolder ? path : plugin);
  const types = loaded.filter(({ kind }) => kind === 'destination');
  if (types.length === 0) {
    throw new ConfigurationError(`${plugin} has no destination to test; it registers ${namesOf(loaded)}.`, {
      code: 'CONFORMANCE_NO_DESTINATION',
    });
  }
  const folder = isFolder ? path : await installedFolder(plugin, from);
  const kits = await kitsOf(plugin, folder, types);
  return types.map((registered, index) => ({
    registered,
    Class: registered.class as unknown as DestinationClass<object>,
    kit: { folder, ...(kits[index] as DestinationKit) },
  }));
}

function namesOf(types: readonly RegisteredType[]): string {
  return types.map(({ package: name, kind }) => `${name} (${kind})`).join(', ');
}

/** Where a package that was loaded by its name is. */
async function installedFolder(name: string, from: string): Promise<string> {
  for (const modules of createRequire(join(from, 'package.json')).resolve.paths(name) ?? []) {
    if (await isFile(join(modules, name, 'package.json'))) return join(modules, name);
  }
  return from;
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}
