import { coreVersion, findPackage } from '@dest/core';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findCopies, type PackageCopy } from './find-copies';
import { ok, type Finding } from './finding';

/**
 * How many copies of core there are: in the project's tree, and those that this command, the application and its plugins find. More
 * than one works, and is seldom meant.
 *
 * @param folders - of the application and of its plugins
 */
export async function coreFindings(project: string, folders: readonly string[]): Promise<readonly Finding[]> {
  const own = { folder: dirname(require.resolve('@dest/core/package.json')), version: coreVersion() };
  const inTree = await findCopies('@dest/core', project);
  const seen = await Promise.all(folders.map((folder) => copySeenFrom(folder)));
  const copies = new Map<string, string>();
  for (const copy of [own, ...inTree, ...seen.flat()]) copies.set(await realpath(copy.folder), copy.version);
  if (copies.size <= 1) return [ok('core', `@dest/core ${own.version}, one copy`)];
  const list = [...copies].map(([folder, version]) => `${version} in ${folder}`).join(', ');
  return [
    {
      area: 'core',
      severity: 'warning',
      code: 'CORE_DUPLICATED',
      message: `There are ${copies.size} copies of @dest/core: ${list}. Plugins work with a copy of their own, and share nothing with the host's.`,
      remedy: 'Run npm dedupe; a plugin that depends on @dest/core should have it as a peer: tell its author.',
    },
  ];
}

async function copySeenFrom(folder: string): Promise<readonly PackageCopy[]> {
  const found = await findPackage('@dest/core', folder).catch(() => undefined);
  return found === undefined ? [] : [{ folder: found.folder, version: found.manifest.version ?? 'unknown' }];
}
