import { chmodSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { finishSwap, syncFolder } from './file-swap';
import { OutboxFault } from './outbox-fault';
import { APPLICATION_ID } from './schema';

/** What is in a file before SQLite has seen it. */
export type FileKind = 'new' | 'outbox' | 'damaged';

/** How the header of SQLite begins. */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

const HEADER_BYTES = 100;
const APPLICATION_ID_OFFSET = 68;

/** A header of ours may have this many bits flipped and is still taken for ours. */
const MAX_FLIPPED_BITS = 8;

/**
 * Makes the folder and the file where they are missing, readable by the owner only, and looks at what the file is.
 *
 * @throws OutboxFault `OUTBOX_FOREIGN` where it is something else than an outbox; it is left as it is
 */
export function prepareFile(path: string): FileKind {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  finishSwap(path);
  const kind = existsSync(path) ? kindOf(path) : 'new';
  closeSync(openSync(path, 'a', 0o600));
  if (kind === 'new') syncFolder(path);
  // SQLite gives its other files the mode of this one.
  for (const file of [path, `${path}-wal`]) if (existsSync(file)) chmodSync(file, 0o600);
  return kind;
}

function kindOf(path: string): FileKind {
  const header = readHeader(path);
  if (header.length === 0) return 'new';
  const magicFlips = flippedBits(header.subarray(0, MAGIC.length), MAGIC);
  const id = Buffer.alloc(4);
  id.writeUInt32BE(APPLICATION_ID);
  const idFlips = flippedBits(header.subarray(APPLICATION_ID_OFFSET, APPLICATION_ID_OFFSET + 4), id);
  if (magicFlips === 0 && idFlips === 0) return 'outbox';
  if (magicFlips === 0 && isEmptyDatabase(header)) return 'new';
  // A log beside it, or zeros instead of a header, is what a torn write leaves.
  if (idFlips <= MAX_FLIPPED_BITS && magicFlips <= MAX_FLIPPED_BITS) return 'damaged';
  if (header.every((byte) => byte === 0)) return 'damaged';
  throw new OutboxFault({
    retry: 'configuration',
    code: 'OUTBOX_FOREIGN',
    message:
      `The outbox file ${path} is ${magicFlips === 0 ? 'a database of something else' : 'not an outbox'}: its header is not ` +
      `that of an outbox of Dest. It was left as it is. Name another file in outbox.path, or move this one away.`,
  });
}

function readHeader(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(Math.min(HEADER_BYTES, fstatSync(file).size));
    readSync(file, header, 0, header.length, 0);
    return header;
  } finally {
    closeSync(file);
  }
}

/** No schema was ever written to it, nor an application's id: what `journal_mode = WAL` alone leaves. */
function isEmptyDatabase(header: Buffer): boolean {
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
