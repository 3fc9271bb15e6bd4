import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldersUpFrom } from './folders-up-from';

/** The folder into which npm installs what is for `folder`: the nearest one with a package, else itself. */
export function findProject(folder: string): string {
  const found = foldersUpFrom(folder).find(
    (each) => existsSync(join(each, 'package.json')) || existsSync(join(each, 'node_modules')),
  );
  return found ?? folder;
}
