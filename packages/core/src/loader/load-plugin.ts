import { messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import type { Clock } from '../ports/clock';
import { checkManifest } from './check-manifest';
import { findClasses } from './find-classes';
import type { InstalledPackage } from './find-package';
import { importPlugin, type ModuleNamespace } from './import-plugin';
import { locatePlugin } from './locate-plugin';
import type { PluginReference } from './plugin-specification';

/** A plugin's registered classes, and the package they came from. */
export interface LoadedPlugin {
  readonly classes: readonly object[];
  /** Absent for a file of the application. */
  readonly package?: { readonly name: string; readonly version: string; readonly installed: InstalledPackage };
}

export interface LoadPluginOptions {
  /** The application's folder: names and paths resolve from it. */
  readonly from: string;
  readonly coreVersion: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Loads one plugin: finds it, checks its manifest, imports it, finds its registered classes. What goes wrong is a
 * PluginError about this plugin.
 */
export async function loadPlugin(reference: PluginReference, options: LoadPluginOptions): Promise<LoadedPlugin> {
  const { listed } = reference;
  const located = await locatePlugin(reference, options.from);
  if (located.package !== undefined) await checkManifest(reference, located.package, options.coreVersion);
  const namespace = await importPlugin(listed, await located.entry(), options.timeoutMs, options.clock);
  const classes = classesOf(listed, namespace);
  if (classes.length === 0) {
    throw new PluginError(
      `Plugin ${listed} is loaded, but exports no registered class. Export a class that is decorated with ` +
        '@RegisterDestination({ … }), or registered by RegisterDestination({ … })(TheClass).',
      { code: 'PLUGIN_NO_DESTINATION', plugin: listed },
    );
  }
  if (located.package === undefined) return { classes };
  const { package: installed } = located;
  const { name, version } = installed.manifest;
  return { classes, package: { name: name ?? reference.target, version: version ?? '0.0.0', installed } };
}

function classesOf(listed: string, namespace: ModuleNamespace): readonly object[] {
  try {
    return findClasses(namespace);
  } catch (cause) {
    // An export may be a getter.
    throw new PluginError(`Plugin ${listed} throws when its exports are read: ${messageOf(cause)}.`, {
      code: 'PLUGIN_IMPORT_FAILED',
      plugin: listed,
      cause,
    });
  }
}
