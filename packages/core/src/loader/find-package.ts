import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readPackageManifest, type PackageManifest } from './package-manifest';

/** An installed package. */
export interface InstalledPackage {
  readonly folder: string;
  readonly manifest: PackageManifest;
}

/**
 * Finds an installed package as Node would from `folder`. Walks the `node_modules` folders itself, since a package's
 * `exports` may hide its package.json.
 */
export async function findPackage(name: string, folder: string): Promise<InstalledPackage | undefined> {
  for (const modules of createRequire(join(folder, 'package.json')).resolve.paths(name) ?? []) {
    const file = join(modules, name, 'package.json');
    const manifest = await readPackageManifest(file);
    if (manifest !== undefined) return { folder: dirname(file), manifest };
  }
  return undefined;
}
