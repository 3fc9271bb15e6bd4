import { ConfigurationError, type Files } from '@dest/core';
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * Lets files lie inside a folder, or inside one of `roots`; symbolic links are followed before it is decided.
 *
 * @param folder - what relative paths are read from; absolute
 * @param roots - further folders that are allowed; absolute
 */
export function rootedFiles(folder: string, roots: readonly string[]): Files {
  return {
    async resolve(path) {
      const target = await followLinks(resolve(folder, path));
      for (const root of [folder, ...roots]) if (isInside(target, await followLinks(root))) return target;
      throw new ConfigurationError(
        `The path ${path} leads to ${target}, outside the configuration's folder ${folder}. ` +
          'Choose one inside it, or allow its folder with roots: [/the/folder] in the configuration.',
        { code: 'PATH_OUTSIDE_ROOTS' },
      );
    },
  };
}

function isInside(target: string, root: string): boolean {
  const way = relative(root, target);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path; of what doesn't exist yet, that of the nearest folder above it. */
async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) return path;
    return join(await followLinks(parent), basename(path));
  }
}
