import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PemSource } from '../access/pem-source';

/** What is there now; one listener for all, since a process may have many clients. */
const folders = new Set<string>();

/**
 * Paths for the native client, which reads certificates and keys from files only, each time it connects. What was given as
 * a text is kept in a folder that only the owner can read, until `remove` or the process's end.
 */
export class PemFiles {
  #folder: string | undefined;
  #count = 0;

  pathOf({ text, path }: PemSource): string {
    if (path !== undefined) return path;
    this.#folder ??= makeFolder();
    const file = join(this.#folder, `${this.#count++}.pem`);
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    return file;
  }

  /** Safe twice. */
  remove(): void {
    if (this.#folder !== undefined) removeFolder(this.#folder);
    this.#folder = undefined;
  }
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dest-pulsar-'));
  if (folders.size === 0) process.once('exit', removeAll);
  folders.add(folder);
  return folder;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
  if (folders.size === 0) process.off('exit', removeAll);
}

function removeAll(): void {
  for (const folder of folders) removeFolder(folder);
}
