import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import type { InstalledPackage } from '../loader/find-package';
import { compileSchema } from '../schema/compile-schema';
import { dottedPath } from '../schema/schema-issue';
import { pluginManifestSchema } from './manifest-schema';
import { MANIFEST_FILE, type PluginManifest } from './plugin-manifest';

/** More is no description, and would only fill the memory. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads the manifest in a package's folder, without running any of its code. Undefined where there is none.
 *
 * @param listed - what messages call the plugin
 * @throws PluginError `PLUGIN_MANIFEST_INVALID`
 */
export async function readPluginManifest(
  listed: string,
  installed: InstalledPackage,
): Promise<PluginManifest | undefined> {
  const file = join(installed.folder, MANIFEST_FILE);
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return undefined;
  try {
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, and ${MAX_BYTES} are allowed`);
    return parsePluginManifest(await readFile(file, 'utf8'), installed.manifest.name);
  } catch (cause) {
    throw new PluginError(
      `Plugin ${listed} has a ${MANIFEST_FILE} that can't be used: ${messageOf(cause)}. Its author writes it anew with dest manifest.`,
      { code: 'PLUGIN_MANIFEST_INVALID', plugin: listed, cause },
    );
  }
}

/** @param owner - the package's name: its types have that, or that and `#x` */
function parsePluginManifest(text: string, owner: string | undefined): PluginManifest {
  const found: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  const result = compileSchema(pluginManifestSchema)(found);
  if (!result.valid) {
    throw new Error(
      result.issues.map(({ pointer, message }) => `${dottedPath('', pointer) || 'it'} ${message}`).join('; '),
    );
  }
  const manifest = result.value as PluginManifest;
  const foreign = manifest.types.find(({ package: name }) => name !== owner && !name.startsWith(`${owner}#`));
  if (foreign === undefined || owner === undefined) return manifest;
  throw new Error(`it describes ${foreign.package}, which is no name of ${owner}`);
}
