import { messageOf, readPackageManifest } from '@dest/core';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersUpFrom } from './folders-up-from';

/** What npm writes into a project beside `node_modules`. */
const FILES = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json'];

/** What npm may write into when it installs into a project, as it was: the project's own files, and those of its workspace. */
export class ProjectFiles {
  /** By path; undefined: there was none. */
  readonly #contents: ReadonlyMap<string, Buffer | undefined>;
  readonly #packageFile: string;

  private constructor(project: string, contents: ReadonlyMap<string, Buffer | undefined>) {
    this.#packageFile = join(project, 'package.json');
    this.#contents = contents;
  }

  /** @throws where one of them can't be read */
  static async read(project: string): Promise<ProjectFiles> {
    const folders = [project, ...(await workspacesAbove(project))];
    const paths = folders.flatMap((folder) => FILES.map((file) => join(folder, file)));
    return new ProjectFiles(
      project,
      new Map(await Promise.all(paths.map(async (path) => [path, await content(path)] as const))),
    );
  }

  /** Whether the project had this package already. */
  hadDependency(name: string): boolean {
    const manifest = JSON.parse(this.#contents.get(this.#packageFile)?.toString() ?? '{}') as Readonly<
      Record<string, object | undefined>
    >;
    return ['dependencies', 'devDependencies', 'optionalDependencies'].some((key) =>
      Object.hasOwn(manifest[key] ?? {}, name),
    );
  }

  /** Writes back what has changed since. */
  async restore(): Promise<void> {
    for (const [path, before] of this.#contents) {
      if (before === undefined) await rm(path, { force: true });
      else if ((await content(path))?.equals(before) !== true) await writeFile(path, before);
    }
  }
}

/** The folders above that have workspaces: which of them the project is a part of, npm finds out. */
async function workspacesAbove(project: string): Promise<readonly string[]> {
  const found = await Promise.all(
    foldersUpFrom(project)
      .slice(1)
      .map(async (folder) => {
        const manifest = await readPackageManifest(join(folder, 'package.json')).catch(() => undefined);
        return manifest !== undefined && 'workspaces' in manifest ? [folder] : [];
      }),
  );
  return found.flat();
}

/** Undefined where there is none. One that can't be read is no missing one: restoring would take it away. */
async function content(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} can't be read: ${messageOf(error)}`, { cause: error });
  }
}
