import { coreVersion, findPackage } from '@dest/core';
import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { findCopies, type PackageCopy } from './find-copies';
import { ok, type Finding } from './finding';

/** The folder of this package. */
const COMMAND = resolve(__dirname, '..', '..');

/**
 * How many copies of core there are: in the project's tree, and those that this command, the application and its plugins find. More
 * than one works, and is seldom meant. The copy of a command that is installed elsewhere, such as for all projects, is none of the
 * project's: nothing there could do away with it.
 *
 * @param folders - of the application and of its plugins
 * @param command - where this command is
 */
export async function coreFindings(
  project: string,
  folders: readonly string[],
  command = COMMAND,
): Promise<readonly Finding[]> {
  const own = { folder: dirname(require.resolve('@dest/core/package.json')), version: coreVersion() };
  const inTree = await findCopies('@dest/core', project);
  const seen = await Promise.all(folders.map((folder) => copySeenFrom(folder)));
  const found = [...inTree, ...seen.flat()];
  const isOurs = found.length === 0 || (await isCommandOf(project, command));
  const copies = new Map<string, string>();
  for (const copy of [...(isOurs ? [own] : []), ...found]) copies.set(await realpath(copy.folder), copy.version);
  if (copies.size === 1) return [ok('core', `@dest/core ${[...copies.values()].join()}, one copy`)];
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

/** Whether it is this command that is found from the project. */
async function isCommandOf(project: string, command: string): Promise<boolean> {
  const installed = await findPackage('@dest/cli', project).catch(() => undefined);
  return installed !== undefined && (await realpath(installed.folder)) === (await realpath(command));
}

async function copySeenFrom(folder: string): Promise<readonly PackageCopy[]> {
  const found = await findPackage('@dest/core', folder).catch(() => undefined);
  return found === undefined ? [] : [{ folder: found.folder, version: found.manifest.version ?? 'unknown' }];
}
