import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a file is made that is to take the place of a damaged one. */
export function freshPathOf(path: string): string {
  return `${path}.new`;
}

/** What takes the place of a damaged file, and is whole. */
export function salvagedPathOf(path: string): string {
  return `${path}.salvaged`;
}

/** Removes a file that was begun. */
export function removeFresh(path: string): void {
  for (const file of [freshPathOf(path), `${freshPathOf(path)}-wal`]) rmSync(file, { force: true });
}

/** Puts the fresh file in the place of the damaged one, which is moved aside. Returns where to. */
export function swapFiles(path: string): string {
  syncFile(freshPathOf(path));
  renameSync(freshPathOf(path), salvagedPathOf(path));
  syncFolder(path);
  return finishSwap(path);
}

/** A swap was interrupted when the fresh file was whole already. */
export function isHalfSwapped(path: string): boolean {
  return existsSync(salvagedPathOf(path));
}

/** Does what is left of a swap that was interrupted. Returns where the damaged file is. */
export function finishSwap(path: string): string {
  const salvaged = salvagedPathOf(path);
  const damaged = `${path}.damaged-${new Date().toISOString().replace(/[-:.]/g, '')}`;
  // The path leads to one of the two at any time. The log goes first: it must never be taken for that of the new file.
  linkSync(path, damaged);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${damaged}-wal`);
  renameSync(salvaged, path);
  syncFolder(path);
  return damaged;
}

/** A name survives the end of the machine only when the folder is written, too. */
export function syncFolder(path: string): void {
  syncFile(dirname(path));
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
