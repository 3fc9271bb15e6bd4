import { readPackageManifest } from '@dest/core';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A copy of a package, links followed. */
export interface PackageCopy {
  readonly folder: string;
  readonly version: string;
}

/** Every copy of a package in a project's tree of `node_modules`, links followed; each once. */
export async function findCopies(name: string, project: string): Promise<readonly PackageCopy[]> {
  const copies = new Map<string, PackageCopy>();
  const visited = new Set<string>();
  const waiting = [join(project, 'node_modules')];
  for (let modules = waiting.pop(); modules !== undefined; modules = waiting.pop()) {
    for (const folder of await packagesIn(modules)) {
      const real = await realpath(folder).catch(() => undefined);
      if (real === undefined || visited.has(real)) continue;
      visited.add(real);
      if (folder.endsWith(join('node_modules', name))) await addCopy(real, copies);
      waiting.push(join(real, 'node_modules'));
    }
  }
  return [...copies.values()].sort((left, right) => (left.folder < right.folder ? -1 : 1));
}

/** The folders of the packages in one `node_modules`, with those of scopes. pnpm keeps all in a folder of its own. */
async function packagesIn(modules: string): Promise<readonly string[]> {
  const names = await readdir(modules).catch(() => []);
  const found = await Promise.all(
    names.map(async (name): Promise<readonly string[]> => {
      const folder = join(modules, name);
      if (name === '.pnpm') return (await readdir(folder)).map((each) => join(folder, each));
      if (name.startsWith('.')) return [];
      if (!name.startsWith('@')) return [folder];
      return (await readdir(folder).catch(() => [])).map((inner) => join(folder, inner));
    }),
  );
  return found.flat();
}

async function addCopy(folder: string, copies: Map<string, PackageCopy>): Promise<void> {
  const manifest = await readPackageManifest(join(folder, 'package.json')).catch(() => undefined);
  if (manifest !== undefined) copies.set(folder, { folder, version: manifest.version ?? 'unknown' });
}
