import { resolve } from 'node:path';
import type { Files } from '../ports/files';

/** Reads paths from a folder and allows all: what a registry provides where no host hands it a policy. */
export function unrestrictedFiles(folder: string): Files {
  return { resolve: (path) => Promise.resolve(resolve(folder, path)) };
}
