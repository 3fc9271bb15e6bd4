import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { PAGE_SIZE } from './open-connection';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

/**
 * Looks whether the write-ahead log of SQLite is damaged somewhere before its end. SQLite takes what is before that and
 * passes over the rest in silence, though it may be what was committed.
 *
 * @param path - of the log
 * @returns how many commits seem to follow the damage; 0 where there is no log, or it is sound
 */
export function commitsBehindDamage(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 0;
    return commitsBehind(file, header);
  } finally {
    closeSync(file);
  }
}

function commitsBehind(file: number, header: Buffer): number {
  const magic = header.readUInt32BE(0);
  const bigEndian = magic === MAGIC + 1;
  let sums = checksum([0, 0], header.subarray(0, 24), bigEndian);
  let isSound = (magic === MAGIC || bigEndian) && isSame(sums, header, 24);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + (isSound ? header.readUInt32BE(8) : PAGE_SIZE));
  // Without a header the first frame tells which belong together. One of an earlier round has other salts.
  let salts = isSound ? header.subarray(16, 24) : undefined;
  let commits = 0;
  for (let at = HEADER_BYTES; readSync(file, frame, 0, frame.length, at) === frame.length; at += frame.length) {
    salts ??= Buffer.from(frame.subarray(8, 16));
    const isOurs = frame.subarray(8, 16).equals(salts);
    if (isSound) {
      sums = checksum(sums, frame.subarray(0, 8), bigEndian);
      sums = checksum(sums, frame.subarray(FRAME_HEADER_BYTES), bigEndian);
      isSound = isOurs && isSame(sums, frame, 16);
    }
    // A frame with a size ends a commit.
    if (!isSound && isOurs && frame.readUInt32BE(4) !== 0) commits++;
  }
  return commits;
}

type Sums = readonly [number, number];

function checksum([first, second]: Sums, data: Buffer, bigEndian: boolean): Sums {
  let [one, two] = [first, second];
  for (let index = 0; index < data.length; index += 8) {
    const low = bigEndian ? data.readUInt32BE(index) : data.readUInt32LE(index);
    const high = bigEndian ? data.readUInt32BE(index + 4) : data.readUInt32LE(index + 4);
    one = (one + low + two) >>> 0;
    two = (two + high + one) >>> 0;
  }
  return [one, two];
}

function isSame([one, two]: Sums, data: Buffer, at: number): boolean {
  return data.readUInt32BE(at) === one && data.readUInt32BE(at + 4) === two;
}
