import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const BLOCK = 512;

/** How large a package may be when it is unpacked, in bytes. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Reads some files of a packed package, by their path in it. Those that it doesn't have are not in the result.
 *
 * @throws what keeps it from being read: it is not there, or no tarball
 */
export async function readTarball(file: string, wanted: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await promisify(gunzip)(await readFile(file), { maxOutputLength: MAX_BYTES });
  const found = new Map<string, Buffer>();
  let named: string | undefined;
  for (let offset = 0; offset + BLOCK <= archive.length;) {
    const header = archive.subarray(offset, offset + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = Number.parseInt(textOf(header, 124, 136).trim(), 8);
    if (!Number.isSafeInteger(size)) throw new Error('it is no tarball');
    const content = archive.subarray(offset + BLOCK, offset + BLOCK + size);
    const type = textOf(header, 156, 157);
    if (type === 'x') named = pathOfExtended(content);
    else {
      const path = withoutFolder(named ?? pathOf(header));
      // Of two of one name the last one counts, as where it is unpacked.
      if (['', '0'].includes(type) && wanted.includes(path)) found.set(path, content);
      named = undefined;
    }
    offset += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return found;
}

function pathOf(header: Buffer): string {
  const prefix = textOf(header, 257, 262) === 'ustar' ? textOf(header, 345, 500) : '';
  return prefix === '' ? textOf(header, 0, 100) : `${prefix}/${textOf(header, 0, 100)}`;
}

/** The path that an extended header gives the entry behind it: `30 path=package/…`. */
function pathOfExtended(content: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1];
}

/** Everything is in one folder, whatever that is called. */
function withoutFolder(path: string): string {
  return path.replace(/^(?:\.\/)?[^/]+\//, '');
}

function textOf(header: Buffer, from: number, to: number): string {
  return header.toString('utf8', from, to).replace(/\0[^]*$/, '');
}
