import {
  checkDeclaration,
  describeType,
  DestinationRegistry,
  inspectPlugin,
  makeManifest,
  manifestDifferences,
  PluginError,
  type InstalledPackage,
  type PluginManifest,
} from '@dest/core';

/** A plugin package with the manifest that it should have. */
export interface DescribedPackage {
  readonly installed: InstalledPackage;
  readonly manifest: PluginManifest;
  /** In which way the manifest that is there is not that: a text for each difference; empty where it is. */
  readonly differences: readonly string[];
}

/**
 * Imports a plugin package and describes it.
 *
 * @param folder - absolute
 * @throws PluginError, as loading it does; `PLUGIN_DECLARATION_INVALID`
 */
export async function describePackage(folder: string): Promise<DescribedPackage> {
  const { installed, manifest: found, warnings } = await inspectPlugin(folder, folder);
  if (installed === undefined) {
    throw new PluginError(
      `${folder} is a file: a manifest describes a package. Name the folder with its package.json.`,
      {
        code: 'PLUGIN_NOT_A_PLUGIN',
        plugin: folder,
      },
    );
  }
  const registered = await new DestinationRegistry({ from: folder }).load(folder);
  const types = registered.map(describeType);
  const { declaration, problems } = checkDeclaration(installed.manifest, types);
  if (problems.length > 0) {
    throw new PluginError(`${installed.folder}/package.json: ${problems.join('; ')}. Mend it, and try again.`, {
      code: 'PLUGIN_DECLARATION_INVALID',
      plugin: folder,
    });
  }
  const manifest = makeManifest(installed.manifest, declaration, types);
  const invalid = warnings.find(({ code }) => code === 'PLUGIN_MANIFEST_INVALID');
  if (invalid !== undefined) return { installed, manifest, differences: [invalid.message] };
  const differences = found === undefined ? ['there is none'] : manifestDifferences(found, manifest, { forms: true });
  return { installed, manifest, differences };
}
