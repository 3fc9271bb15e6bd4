import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { PAGE_SIZE } from './open-connection';

/** Of the header of a file of SQLite: what is the same in every outbox, from where to where. */
const CONSTANT = [
  [0, 24],
  [40, 92],
] as const;

const HEADER_BYTES = 100;
const SIZE_OFFSET = 28;

/**
 * Writes the parts of the first page that are the same in every outbox anew: most of the header, and the schema. What is
 * nobody's first page any more can't be read by SQLite at all, also where all others are sound.
 *
 * @param path - the damaged file
 * @param template - an outbox of the same version
 */
export function mendFirstPage(path: string, template: string): void {
  const sound = readPage(template);
  const page = readPage(path);
  for (const [from, to] of CONSTANT) sound.copy(page, from, from, to);
  sound.copy(page, HEADER_BYTES, HEADER_BYTES);
  const file = openSync(path, 'r+');
  try {
    page.writeUInt32BE(Math.max(1, Math.floor(fstatSync(file).size / PAGE_SIZE)), SIZE_OFFSET);
    writeSync(file, page, 0, PAGE_SIZE, 0);
  } finally {
    closeSync(file);
  }
}

function readPage(path: string): Buffer {
  const page = Buffer.alloc(PAGE_SIZE);
  const file = openSync(path, 'r');
  try {
    readSync(file, page, 0, PAGE_SIZE, 0);
    return page;
  } finally {
    closeSync(file);
  }
}
