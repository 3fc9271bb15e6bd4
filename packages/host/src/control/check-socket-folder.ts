import { ConfigurationError } from '@dest/core';
import { lstat, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { ControlAddress } from './control-address';

const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;

/**
 * Makes sure that nobody else can put another socket into the place of a host's.
 *
 * @returns whether the folder is there
 * @throws ConfigurationError `CONTROL_FOLDER_UNSAFE`
 */
export async function checkSocketFolder({ folder, isPrivate }: ControlAddress): Promise<boolean> {
  if (folder === undefined) return true;
  let found;
  try {
    found = await (isPrivate ? lstat(folder) : stat(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const refuse = (why: string, remedy: string): never => {
    throw new ConfigurationError(
      `The folder ${folder} of the control socket ${why}, so that somebody else could answer in the host's place. ${remedy}`,
      { code: 'CONTROL_FOLDER_UNSAFE' },
    );
  };
  const remedy = 'Take it away from whoever made it, or name another control.path in the configuration.';
  if (isPrivate && (!found.isDirectory() || found.uid !== userInfo().uid)) refuse('is not your own folder', remedy);
  if (isPrivate && (found.mode & OPEN_TO_OTHERS) !== 0) refuse('is open to others', `Run chmod 700 ${folder}.`);
  if ((found.mode & WRITABLE_BY_OTHERS) !== 0) {
    refuse('is writable by others', `Run chmod go-w ${folder}, or name another control.path in the configuration.`);
  }
  return true;
}
