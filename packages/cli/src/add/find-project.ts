import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files by which a package manager that isn't npm is known. */
const LOCKS: Readonly<Record<string, string>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/** The folder into which a package manager installs what is for `folder`: the nearest one with a package, else itself. */
export function findProject(folder: string): string {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, 'package.json')) || existsSync(join(current, 'node_modules'))) return current;
    if (dirname(current) === current) return folder;
  }
}

/** The package manager that a project has instead of npm; undefined where it has none. */
export async function otherManager(project: string): Promise<string | undefined> {
  const lock = Object.keys(LOCKS).find((name) => existsSync(join(project, name)));
  if (lock !== undefined) return LOCKS[lock];
  try {
    const { packageManager } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
      readonly packageManager?: unknown;
    };
    const name = typeof packageManager === 'string' ? packageManager.split('@', 1)[0] : undefined;
    return name === 'npm' ? undefined : name;
  } catch {
    return undefined;
  }
}
