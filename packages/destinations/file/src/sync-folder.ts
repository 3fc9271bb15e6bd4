import { open } from 'node:fs/promises';

/** Makes names that were added to, renamed in or removed from a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Some systems can't open or sync a folder. Theirs do without.
  }
}
