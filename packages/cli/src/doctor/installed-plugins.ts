import {
  findPackage,
  readPackageManifest,
  readPluginSpecification,
  type InstalledPackage,
  type PluginSpecification,
} from '@dest/core';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The packages that a configuration lists as plugins and that are there, links followed: what they need is looked up from where
 * they are. What can't be read is told when it is loaded.
 */
export async function installedPlugins(
  plugins: readonly PluginSpecification[],
  folder: string,
): Promise<readonly InstalledPackage[]> {
  const found = await Promise.all(plugins.map((plugin) => find(plugin, folder).catch(() => undefined)));
  return found.filter((each) => each !== undefined);
}

async function find(plugin: PluginSpecification, folder: string): Promise<InstalledPackage | undefined> {
  const { kind, target } = readPluginSpecification(plugin);
  const found = kind === 'package' ? await findPackage(target, folder) : await inFolder(target, folder);
  return found === undefined ? undefined : { ...found, folder: await realpath(found.folder) };
}

async function inFolder(target: string, from: string): Promise<InstalledPackage | undefined> {
  const folder = resolve(from, target.startsWith('file:') ? fileURLToPath(target) : target);
  const manifest = await readPackageManifest(join(folder, 'package.json'));
  return manifest === undefined ? undefined : { folder, manifest };
}
