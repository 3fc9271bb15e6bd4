import { failureOf, messageOf } from '../errors/failure';
import type { InstalledPackage } from '../loader/find-package';
import { makeManifest } from './make-manifest';
import { manifestDifferences } from './manifest-differences';
import { MANIFEST_FILE, type ManifestType, type PluginManifest } from './plugin-manifest';
import type { PluginWarning } from './plugin-warning';
import { readDeclaration } from './read-declaration';
import { readPluginManifest } from './read-plugin-manifest';

/** What a package describes of itself without running, and what is wrong with that. */
export interface VerifiedManifest {
  /** Absent where there is none, or none that can be used. */
  readonly manifest?: PluginManifest;
  readonly warnings: readonly PluginWarning[];
}

/** So many differences are told; one change of a schema may make a hundred. */
const TOLD = 5;

/**
 * Reads a package's manifest and compares it with the package, and with its types where those are known. What is wrong is a
 * warning: nothing but descriptions depends on a manifest.
 *
 * @param listed - what messages call the plugin
 * @param types - what its code registers; absent where it was not run
 */
export async function verifyManifest(
  listed: string,
  installed: InstalledPackage,
  types?: readonly ManifestType[],
): Promise<VerifiedManifest> {
  const warnings: PluginWarning[] = [];
  const warn = (code: string, message: string): void => void warnings.push({ code, plugin: listed, message });
  const { declaration, problems } = readDeclaration(installed.manifest);
  if (problems.length > 0) {
    const message = `Plugin ${listed} declares something wrongly in its package.json: ${problems.join('; ')}. Tell its author.`;
    warn('PLUGIN_DECLARATION_INVALID', message);
  }
  let manifest: PluginManifest | undefined;
  try {
    manifest = await readPluginManifest(listed, installed);
  } catch (error) {
    warn(failureOf(error).code, messageOf(error));
  }
  if (manifest === undefined) return { warnings };
  const { types: made, ...rest } = makeManifest(installed.manifest, declaration, types ?? []);
  const differences = manifestDifferences(manifest, types === undefined ? rest : { ...rest, types: made });
  if (differences.length > 0) {
    const more = differences.length > TOLD ? `; and ${differences.length - TOLD} more` : '';
    const message =
      `Plugin ${listed}: its ${MANIFEST_FILE} is not of this version of it: ${differences.slice(0, TOLD).join('; ')}${more}. ` +
      'The plugin works as its code says; its author writes the manifest anew with dest manifest.';
    warn('PLUGIN_MANIFEST_DRIFT', message);
  }
  return { manifest, warnings };
}
