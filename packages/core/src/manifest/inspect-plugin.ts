import { checkManifest } from '../loader/check-manifest';
import type { InstalledPackage } from '../loader/find-package';
import { locatePlugin } from '../loader/locate-plugin';
import { readPluginSpecification, type PluginSpecification } from '../loader/plugin-specification';
import { coreVersion } from '../registry/core-version';
import { verifyManifest, type VerifiedManifest } from './verify-manifest';

/** What a plugin says of itself without any of its code being run. */
export interface InspectedPlugin extends VerifiedManifest {
  /** Absent for a file of the application. */
  readonly installed?: InstalledPackage;
}

/**
 * Finds a plugin, checks that it is one for this contract, this Node and this core, and reads its manifest. Runs nothing of it.
 *
 * @param from - the application's folder: names and paths resolve from it
 * @throws PluginError, as loading it would before it is imported
 */
export async function inspectPlugin(specification: PluginSpecification, from: string): Promise<InspectedPlugin> {
  const { package: installed } = await locatePlugin(readPluginSpecification(specification), from);
  return installed === undefined ? { warnings: [] } : inspectPackage(specification, installed);
}

/** The same for a package that was found, or is not installed yet. @throws PluginError */
export async function inspectPackage(
  specification: PluginSpecification,
  installed: InstalledPackage,
): Promise<InspectedPlugin & { readonly installed: InstalledPackage }> {
  const reference = readPluginSpecification(specification);
  await checkManifest(reference, installed, coreVersion());
  return { installed, ...(await verifyManifest(reference.listed, installed)) };
}
