import { ConfigurationError, type Files } from '@dest/core';
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The `FILES` of a host whose configuration is in this folder: it allows what is inside, symbolic links followed. */
export function filesWithin(folder: string): Files {
  return {
    async resolve(path) {
      const [target, root] = [await realPathOf(resolve(folder, path)), await realPathOf(resolve(folder))];
      const way = relative(root, target);
      if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return target;
      throw new ConfigurationError(`The path ${path} leads to ${target}, outside the folder ${folder}.`, {
        code: 'PATH_OUTSIDE_ROOTS',
      });
    },
  };
}

/** Of what doesn't exist yet: below the real path of the nearest folder above it. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}
