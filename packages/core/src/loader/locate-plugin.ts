import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import { findPackage, type InstalledPackage } from './find-package';
import { packageEntry } from './package-entry';
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
      `Plugin ${listed} is not installed: no package ${target} can be found from ${from}. ${remedyFor(target)}`,
      { code: 'PLUGIN_NOT_INSTALLED', plugin: listed },
    );
  }
  return { package: found, entry: () => packageEntry(listed, found, target, from) };
}

/** What was probably meant: to install a package of a file's name would run whatever somebody published under it. */
function remedyFor(target: string): string {
  if (/\.[cm]?[jt]s$/.test(target)) return `For a file of the application write ./${target}.`;
  const [, name, version] = /^(@?[^@]+)@(.+)$/.exec(target) ?? [];
  if (name !== undefined) return `A version is written apart: { package: '${name}', range: '${version}' }.`;
  return `Install it there with npm install ${target}, or take it off the list of plugins.`;
}

async function locatePath(reference: PluginReference, from: string): Promise<LocatedPlugin> {
  const { listed } = reference;
  const path = resolve(from, pathOf(reference));
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
  const installed = { folder: path, manifest };
  // Node looks at a folder's `exports` only where its name is asked for, which a package may do for itself.
  const { name = path, exports } = manifest;
  const asked = exports === undefined || exports === null ? path : name;
  return { package: installed, entry: () => packageEntry(listed, installed, asked, path) };
}

function pathOf({ listed, target }: PluginReference): string {
  if (!target.startsWith('file:')) return target;
  try {
    return fileURLToPath(target);
  } catch (cause) {
    throw new PluginError(
      `Plugin ${listed} is not there: it is no URL of a file on this machine (${messageOf(cause)}). Write file:///path, or the path.`,
      { code: 'PLUGIN_NOT_INSTALLED', plugin: listed, cause },
    );
  }
}

async function readable<Result>(reference: PluginReference, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new PluginError(
      `Plugin ${reference.listed} has a package.json that can't be read: ${messageOf(cause)}. Reinstall it.`,
      { code: 'PLUGIN_MANIFEST_UNREADABLE', plugin: reference.listed, cause },
    );
  }
}
