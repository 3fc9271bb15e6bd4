import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PluginError } from '../errors/plugin-error';
import { findPackage, type InstalledPackage } from './find-package';
import { readPackageManifest } from './package-manifest';
import type { PluginReference } from './plugin-specification';

/** Where a plugin's code is. */
export interface LocatedPlugin {
  /** The package it belongs to; absent for a file of the application. */
  readonly package?: InstalledPackage;
  /** URL of the module to import; fails only when called, so that the manifest can be checked before. */
  readonly entry: () => Promise<string>;
}

/**
 * Finds a plugin without running it. Names resolve from the application's folder: from core's own, an application's
 * plugins are not visible.
 */
export async function locatePlugin(reference: PluginReference, from: string): Promise<LocatedPlugin> {
  return reference.kind === 'package' ? locatePackage(reference, from) : locatePath(reference, from);
}

async function locatePackage(reference: PluginReference, from: string): Promise<LocatedPlugin> {
  const { listed, target } = reference;
  const found = await readable(reference, () => findPackage(target, from));
  if (found === undefined) {
    throw new PluginError(
      `Plugin ${listed} is not installed: no package ${target} can be found from ${from}. Install it there with ` +
        `npm install ${target}, or take it off the list of plugins.`,
      { code: 'PLUGIN_NOT_INSTALLED', plugin: listed },
    );
  }
  return { package: found, entry: () => entryOf(reference, target, from) };
}

async function locatePath(reference: PluginReference, from: string): Promise<LocatedPlugin> {
  const { listed, target } = reference;
  const given = target.startsWith('file:') ? fileURLToPath(target) : target;
  const path = isAbsolute(given) ? given : resolve(from, given);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new PluginError(`Plugin ${listed} is not there: no file or folder ${path}.`, {
      code: 'PLUGIN_NOT_INSTALLED',
      plugin: listed,
    });
  }
  if (!found.isDirectory()) return { entry: () => Promise.resolve(pathToFileURL(path).href) };
  const manifest = await readable(reference, () => readPackageManifest(join(path, 'package.json')));
  if (manifest === undefined) {
    throw new PluginError(
      `Plugin ${listed} is not a plugin: the folder ${path} has no package.json. List a file, or a folder that holds a package.`,
      { code: 'PLUGIN_NOT_A_PLUGIN', plugin: listed },
    );
  }
  return { package: { folder: path, manifest }, entry: () => entryOf(reference, path, path) };
}

async function readable<Result>(reference: PluginReference, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new PluginError(
      `Plugin ${reference.listed} has a package.json that can't be read: ${(cause as Error).message}. Reinstall it.`,
      { code: 'PLUGIN_MANIFEST_UNREADABLE', plugin: reference.listed, cause },
    );
  }
}

async function entryOf(reference: PluginReference, target: string, from: string): Promise<string> {
  try {
    if (isAbsolute(target)) return pathToFileURL(createRequire(join(from, 'package.json')).resolve(target)).href;
    // Not `import.meta.resolve`, which needs a flag for a second argument, nor `require.resolve`, which takes the
    // CommonJS build of a dual package and fails on packages that are only importable.
    const { resolve: resolveModule } = await import('import-meta-resolve');
    const url = resolveModule(target, pathToFileURL(join(from, 'package.json')).href);
    await stat(fileURLToPath(url));
    return url;
  } catch (cause) {
    throw new PluginError(
      `Plugin ${reference.listed} is installed, but the file that its package.json names as its entry can't be found: ` +
        `${(cause as Error).message}. Build the package, or mend its "exports" or "main".`,
      { code: 'PLUGIN_ENTRY_MISSING', plugin: reference.listed, cause },
    );
  }
}
