import { dirname } from 'node:path';

/** A folder, and all those above it. */
export function foldersUpFrom(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersUpFrom(above)];
}
