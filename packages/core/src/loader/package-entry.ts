import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { codeOf, messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import type { InstalledPackage } from './find-package';

/**
 * URL of the module that a package's package.json names.
 *
 * @param listed - what messages call the plugin
 * @param asked - the package's name, or the path of its folder
 * @param from - the folder from which `asked` is looked up
 * @throws PluginError `PLUGIN_ENTRY_MISSING` or `PLUGIN_ENTRY_OUTSIDE`
 */
export async function packageEntry(
  listed: string,
  installed: InstalledPackage,
  asked: string,
  from: string,
): Promise<string> {
  const file = await entryFile(asked, from).catch((cause: unknown) => {
    throw new PluginError(
      `Plugin ${listed} is installed, but the file that its package.json names as its entry can't be found: ` +
        `${messageOf(cause)}. Build the package, or mend its "exports" or "main".`,
      { code: 'PLUGIN_ENTRY_MISSING', plugin: listed, cause },
    );
  });
  const way = relative(await realpath(installed.folder), file);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new PluginError(
      `Plugin ${listed} names an entry that is outside its own folder ${installed.folder}: ${file}. ` +
        'Mend the "exports" or "main" of its package.json, or list the file itself as the plugin.',
      { code: 'PLUGIN_ENTRY_OUTSIDE', plugin: listed },
    );
  }
  return pathToFileURL(file).href;
}

async function entryFile(asked: string, from: string): Promise<string> {
  const base = join(from, 'package.json');
  if (isAbsolute(asked)) return realpath(createRequire(base).resolve(asked));
  // Not `import.meta.resolve`, which needs a flag for a second argument, nor `require.resolve`, which takes the
  // CommonJS build of a dual package and fails on packages that are only importable.
  const { resolve } = await import('import-meta-resolve');
  try {
    return await realpath(fileURLToPath(resolve(asked, pathToFileURL(base).href)));
  } catch (thrown) {
    if (codeOf(thrown) !== 'ERR_INVALID_PACKAGE_CONFIG') throw thrown;
    // A byte order mark, at which this resolver stops and Node's doesn't.
    return resolveAsRequired(asked, base, thrown);
  }
}

function resolveAsRequired(asked: string, base: string, otherwise: unknown): string {
  try {
    return createRequire(base).resolve(asked);
  } catch {
    throw otherwise;
  }
}
