import { readPackageManifest, type PackageManifest } from '@dest/core';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { foldersUpFrom } from './folders-up-from';

/** Files by which a package manager is known. */
const FILES: Readonly<Record<string, string>> = {
  'pnpm-lock.yaml': 'pnpm',
  'pnpm-workspace.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
};

/** What keeps a project. */
export interface PackageManager {
  readonly name: string;
  /** The file that tells so. */
  readonly toldBy: string;
}

/**
 * The package manager that a project has instead of npm; undefined where it has none. It may be told by a folder above, up to the
 * repository's: that of a workspace, of which the project is a part.
 */
export async function otherManager(project: string): Promise<PackageManager | undefined> {
  for (const folder of foldersUpFrom(project)) {
    const found = await managerOf(folder, folder === project);
    if (found !== undefined) return found.name === 'npm' ? undefined : found;
    if (existsSync(join(folder, '.git'))) return undefined;
  }
  return undefined;
}

/** What a folder says of itself. A file that was left behind where there is no package says nothing of those below. */
async function managerOf(folder: string, isProject: boolean): Promise<PackageManager | undefined> {
  const packageFile = join(folder, 'package.json');
  const manifest = await readPackageManifest(packageFile).catch(() => undefined);
  const name = namedBy(manifest);
  if (name !== undefined) return { name, toldBy: packageFile };
  const files = Object.keys(FILES).map((file) => join(folder, file));
  const file = files.find((path) => existsSync(path));
  const says = isProject || manifest !== undefined || existsSync(join(folder, 'pnpm-workspace.yaml'));
  return file === undefined || !says ? undefined : { name: FILES[basename(file)] as string, toldBy: file };
}

/** `packageManager: pnpm@9.1.0` */
function namedBy(manifest: PackageManifest | undefined): string | undefined {
  const { packageManager } = (manifest ?? {}) as { readonly packageManager?: unknown };
  return typeof packageManager === 'string' ? /^[^@]+/.exec(packageManager)?.[0] : undefined;
}
