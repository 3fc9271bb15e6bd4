import { lstat, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder';

/**
 * Puts a file aside: `path` becomes `path.1`, `path.1` becomes `path.2`, and so on; those beyond `keep` are deleted.
 * A crash in between loses nothing: at worst a number is missing, which the next time fills.
 */
export async function rotateFiles(path: string, keep: number): Promise<void> {
  // Counted up to the first that is missing, never by a listing: other numbered files may be somebody else's.
  let count = 0;
  while (await ifThere(() => lstat(`${path}.${count + 1}`))) count++;
  for (let number = count; number >= Math.max(keep, 1); number--) await ifThere(() => unlink(`${path}.${number}`));
  for (let number = Math.min(count, keep - 1); number >= 1; number--) {
    await ifThere(() => rename(`${path}.${number}`, `${path}.${number + 1}`));
  }
  if (keep > 0) await ifThere(() => rename(path, `${path}.1`));
  else await rm(path, { force: true });
  await syncFolder(dirname(path));
}

/** Whether the file was there to do something to. */
async function ifThere(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
