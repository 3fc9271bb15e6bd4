import { rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder';

/**
 * Puts a file aside: `path` becomes `path.1`, `path.1` becomes `path.2`, and so on; those beyond `keep` are deleted.
 * A crash in between loses nothing: at worst a number is missing.
 */
export async function rotateFiles(path: string, keep: number): Promise<void> {
  // Upward until there is none, so that a smaller `keep` takes effect. Never by a listing: other numbered files may be
  // somebody else's.
  for (let number = Math.max(keep, 1); await removed(`${path}.${number}`); number++);
  for (let number = keep - 1; number >= 1; number--) await renamed(`${path}.${number}`, `${path}.${number + 1}`);
  if (keep > 0) await renamed(path, `${path}.1`);
  else await rm(path, { force: true });
  await syncFolder(dirname(path));
}

async function removed(path: string): Promise<boolean> {
  return wasThere(() => unlink(path));
}

async function renamed(from: string, to: string): Promise<boolean> {
  return wasThere(() => rename(from, to));
}

async function wasThere(change: () => Promise<void>): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
