import { fileURLToPath } from 'node:url';
import { codeOf, messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import type { Clock } from '../ports/clock';

/** What an import gave. */
export type ModuleNamespace = Readonly<Record<string, unknown>>;

/**
 * Imports a plugin's module.
 *
 * @param timeoutMs - how long its top level may await, in milliseconds
 * @throws PluginError `PLUGIN_IMPORT_TIMEOUT`, `PLUGIN_DEPENDENCY_MISSING` or `PLUGIN_IMPORT_FAILED`
 */
export async function importPlugin(
  listed: string,
  url: string,
  timeoutMs: number,
  clock: Clock,
): Promise<ModuleNamespace> {
  let cancel = (): void => undefined;
  const expired = new Promise<undefined>((resolve) => {
    cancel = clock.schedule(timeoutMs, () => resolve(undefined));
  });
  const imported = (import(url) as Promise<ModuleNamespace>).then((namespace) => ({ namespace }));
  try {
    const first = await Promise.race([imported, expired]);
    if (first !== undefined) return first.namespace;
  } catch (thrown) {
    throw importFailure(listed, url, thrown);
  } finally {
    cancel();
  }
  throw new PluginError(
    `Plugin ${listed} did not finish loading within ${timeoutMs / 1000} s: its module awaits something at the top ` +
      'level. Connect in open(), not while the module is loaded.',
    { code: 'PLUGIN_IMPORT_TIMEOUT', plugin: listed },
  );
}

function importFailure(listed: string, url: string, thrown: unknown): PluginError {
  const code = codeOf(thrown);
  const message = messageOf(thrown);
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') {
    return new PluginError(
      `Plugin ${listed} throws while it is loaded (${fileURLToPath(url)}): ${message}. Report it to the plugin's author.`,
      { code: 'PLUGIN_IMPORT_FAILED', plugin: listed, cause: thrown },
    );
  }
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1] ?? 'one that it does not name';
  const remedy = /^[./]|^file:/.test(missing)
    ? 'The package is incomplete: reinstall it, or report it to its author.'
    : `Install it beside the plugin with npm install ${missing}, or reinstall the plugin.`;
  return new PluginError(
    `Plugin ${listed} is installed, but a dependency of its own is missing: ${missing}. ${remedy}`,
    {
      code: 'PLUGIN_DEPENDENCY_MISSING',
      plugin: listed,
      cause: thrown,
    },
  );
}
