import type { PackageManifest } from '../loader/package-manifest';
import { MANIFEST_VERSION, type ManifestType, type PluginDeclaration, type PluginManifest } from './plugin-manifest';

/** The manifest of a package that registers these types. Plain JSON, the same for the same package. */
export function makeManifest(
  installed: PackageManifest,
  declaration: PluginDeclaration,
  types: readonly ManifestType[],
): PluginManifest {
  const { name = '', version = '0.0.0', description, dest, engines, peerDependencies } = installed;
  const core = peerDependencies?.['@dest/core'];
  const manifest: PluginManifest = {
    manifest: MANIFEST_VERSION,
    package: name,
    version,
    description: typeof description === 'string' ? description : '',
    api: dest?.api as number,
    requires: {
      ...(engines?.node === undefined ? {} : { node: engines.node }),
      ...(core === undefined ? {} : { core }),
    },
    ...declaration,
    // By name, so that the order of a module's exports doesn't count.
    types: [...types].sort((left, right) => (left.package < right.package ? -1 : 1)),
  };
  return JSON.parse(JSON.stringify(manifest)) as PluginManifest;
}
