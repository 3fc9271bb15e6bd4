import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** Operating systems take 103 bytes at least. */
const MAX_ADDRESS_BYTES = 100;

/** Where a control socket is, seen from the configuration's folder, where the configuration doesn't say. */
export const DEFAULT_CONTROL_PATH = join('.dest', 'control.sock');

/** What a control socket is bound to. */
export interface ControlAddress {
  /** What is listened on and connected to. */
  readonly address: string;
  /** The folder of the address; absent where it is no file. */
  readonly folder?: string;
  /** True where the folder belongs to Dest alone, and so to nobody but its user. */
  readonly isPrivate: boolean;
}

/**
 * What is listened on for a control path: the path itself, or, where that is longer than an operating system takes, a
 * short one in a folder of the user's among the temporary files, known by a hash of the path. On Windows a named pipe.
 *
 * @param platform - for tests
 */
export function controlAddress(path: string, platform: NodeJS.Platform = process.platform): ControlAddress {
  const absolute = resolve(path);
  const hash = createHash('sha256').update(absolute).digest('hex').slice(0, 16);
  if (platform === 'win32') return { address: `\\\\.\\pipe\\dest-${hash}`, isPrivate: false };
  if (Buffer.byteLength(absolute) <= MAX_ADDRESS_BYTES) {
    return { address: absolute, folder: resolve(absolute, '..'), isPrivate: false };
  }
  const folder = join(temporaryFolder(), `dest-${userInfo().uid}`);
  return { address: join(folder, `${hash}.sock`), folder, isPrivate: true };
}

/** The folder for temporary files may be too long as well. */
function temporaryFolder(): string {
  return Buffer.byteLength(tmpdir()) <= MAX_ADDRESS_BYTES / 2 ? tmpdir() : '/tmp';
}

/** Whether a short address among the temporary files takes the place of a control path. */
export function isReplacedControlPath(path: string): boolean {
  return controlAddress(path).isPrivate;
}
