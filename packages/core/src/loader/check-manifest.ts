import { PluginError } from '../errors/plugin-error';
import { findPackage, type InstalledPackage } from './find-package';
import { isInRange } from './is-in-range';
import type { PluginReference } from './plugin-specification';

/** The version of the contract that this core implements. */
export const PLUGIN_API = 1;

/**
 * Checks, before any of its code runs, that a package is a plugin for this contract, this Node and this core, and in the
 * version the application asked for.
 *
 * @param coreVersion - version of this core
 */
export async function checkManifest(
  reference: PluginReference,
  installed: InstalledPackage,
  coreVersion: string,
): Promise<void> {
  const { manifest } = installed;
  const { listed } = reference;
  const refuse = (code: string, message: string): never => {
    throw new PluginError(`Plugin ${listed} ${message}`, { code, plugin: listed });
  };
  const api: unknown = manifest.dest?.api;
  if (manifest.dest === undefined) {
    refuse(
      'PLUGIN_NOT_A_PLUGIN',
      `is not a plugin: the package.json in ${installed.folder} has no "dest" entry. A plugin's says "dest": { "api": ${PLUGIN_API} }.`,
    );
  }
  if (api !== PLUGIN_API) {
    refuse(
      'PLUGIN_API_UNSUPPORTED',
      `follows version ${JSON.stringify(api) ?? 'undefined'} of the plugin contract ("dest": { "api": … }); this host ` +
        `supports ${PLUGIN_API}. Install a version of the plugin for api ${PLUGIN_API}, or update @dest/core and @dest/host.`,
    );
  }
  const version = manifest.version ?? 'unknown';
  if (reference.range !== undefined && !isInRange(version, reference.range)) {
    refuse(
      'PLUGIN_RANGE_UNMET',
      `is installed in version ${version}, and ${reference.range} is asked for. Run npm install ${manifest.name ?? listed}@"${reference.range}", or change the range.`,
    );
  }
  const node = manifest.engines?.node;
  if (node !== undefined && !isInRange(process.versions.node, node)) {
    refuse('PLUGIN_ENGINE_UNSUPPORTED', `needs Node ${node}; this is ${process.versions.node}.`);
  }
  const core = manifest.peerDependencies?.['@dest/core'];
  if (core !== undefined && !isInRange(coreVersion, core) && !(await bringsCore(installed, core))) {
    refuse(
      'PLUGIN_ENGINE_UNSUPPORTED',
      `needs @dest/core ${core}; this is ${coreVersion}. Install a version of the plugin for @dest/core ${coreVersion}, or update @dest/core and @dest/host.`,
    );
  }
}

/** A plugin with a fitting copy of core of its own works: classes are not shared between copies, the contract is. */
async function bringsCore(installed: InstalledPackage, range: string): Promise<boolean> {
  const own = await findPackage('@dest/core', installed.folder).catch(() => undefined);
  return own?.manifest.version !== undefined && isInRange(own.manifest.version, range);
}
