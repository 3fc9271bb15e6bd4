import { chmodSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { inflightPathOf } from './crash-notes';
import { isHalfSwapped, syncFolder } from './file-swap';
import { PAGE_SIZE } from './open-connection';
import { OutboxFault } from './outbox-fault';
import { APPLICATION_ID } from './schema';

/** What is in a file before SQLite has seen it. */
export type FileKind = 'new' | 'outbox' | 'damaged';

/** How the header of SQLite begins. */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

const APPLICATION_ID_OFFSET = 68;

/** What every file of SQLite has there. */
const FRACTIONS_OFFSET = 21;
const FRACTIONS = Buffer.from([64, 32, 32]);

/** A header of ours may have this many bits flipped and is still taken for ours. */
const MAX_FLIPPED_BITS = 8;

/**
 * Makes the folder and the file where they are missing, readable by the owner only, and looks at what the file is.
 *
 * @throws OutboxFault `OUTBOX_FOREIGN` where it is something else than an outbox; it is left as it is
 */
export function prepareFile(path: string): FileKind {
  makeFolder(dirname(resolve(path)));
  // The file that is to take its place is whole, and may be somebody else's: that is seen by who mends it.
  if (isHalfSwapped(path)) return 'damaged';
  const kind = existsSync(path) ? kindOf(path) : 'new';
  closeSync(openSync(path, 'a', 0o600));
  if (kind === 'new') syncFolder(path);
  // SQLite gives its other files the mode of this one.
  for (const file of [path, `${path}-wal`]) if (existsSync(file)) chmodSync(file, 0o600);
  return kind;
}

/** So that also its name, and that of each folder around it that is made, survives the end of the machine. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(made);
}

function kindOf(path: string): FileKind {
  const page = readFirstPage(path);
  if (page.length === 0) return 'new';
  const magicFlips = flippedBits(page.subarray(0, MAGIC.length), MAGIC);
  const id = Buffer.alloc(4);
  id.writeUInt32BE(APPLICATION_ID);
  const idFlips = flippedBits(page.subarray(APPLICATION_ID_OFFSET, APPLICATION_ID_OFFSET + 4), id);
  if (magicFlips === 0 && idFlips === 0) return 'outbox';
  if (magicFlips === 0 && isEmptyDatabase(page)) return 'new';
  if (isOurs(path, page, magicFlips, idFlips)) return 'damaged';
  throw new OutboxFault({
    retry: 'configuration',
    code: 'OUTBOX_FOREIGN',
    message:
      `The outbox file ${path} is ${magicFlips === 0 ? 'a database of something else' : 'not an outbox'}: its header is not ` +
      `that of an outbox of Dest. It was left as it is. Name another file in outbox.path, or move this one away.`,
  });
}

/** What tells an outbox whose header is damaged from what never was one. */
function isOurs(path: string, page: Buffer, magicFlips: number, idFlips: number): boolean {
  if (idFlips <= MAX_FLIPPED_BITS && magicFlips <= MAX_FLIPPED_BITS) return true;
  if (page.includes('CREATE TABLE lane_copies')) return true;
  const hasHeader = magicFlips === 0 && page.subarray(FRACTIONS_OFFSET).subarray(0, FRACTIONS.length).equals(FRACTIONS);
  // Every outbox has notes beside it; zeros are what a torn write leaves.
  return !hasHeader && (existsSync(inflightPathOf(path)) || page.every((byte) => byte === 0));
}

function readFirstPage(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const page = Buffer.alloc(Math.min(PAGE_SIZE, fstatSync(file).size));
    readSync(file, page, 0, page.length, 0);
    return page;
  } finally {
    closeSync(file);
  }
}

/** No schema was ever written to it, nor an application's id: what `journal_mode = WAL` alone leaves. */
function isEmptyDatabase(header: Buffer): boolean {
  if (header.length < APPLICATION_ID_OFFSET + 4) return false;
  const [schemaCookie, applicationId] = [40, APPLICATION_ID_OFFSET].map((offset) => header.readUInt32BE(offset));
  return schemaCookie === 0 && applicationId === 0;
}

function flippedBits(found: Buffer, expected: Buffer): number {
  let bits = 0;
  for (let index = 0; index < expected.length; index++) {
    for (let rest = (found[index] ?? 0xff) ^ (expected[index] as number); rest > 0; rest &= rest - 1) bits++;
  }
  return bits;
}
