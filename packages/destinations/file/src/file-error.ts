import { ConfigurationError, messageOf, TransientError } from '@dest/core';

/** What a person has to mend, and how. All else (disk full, input/output error, too many open files) may pass. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'Let the user that runs this process read and write the file and its folder.',
  EPERM: 'Let the user that runs this process read and write the file and its folder.',
  EROFS: 'The file system is mounted read-only: set another path in init.',
  EISDIR: 'It is a folder: set the path of a file in init.',
  ENOTDIR: 'A part of the path is a file, not a folder: set another path in init.',
  EEXIST: 'A part of the path is a file, not a folder: set another path in init.',
  ENOTEMPTY: 'A folder is in the way of an older file: remove it, or set another path in init.',
  ENOTSUP: 'Set the path of a regular file in init.',
  ELOOP: 'Its symbolic links go round in a circle.',
  ENAMETOOLONG: 'Set a shorter path in init.',
};

/** The error of the contract for what the file system threw. */
export function fileError(error: unknown, path: string): ConfigurationError | TransientError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const what = `Appending to ${path} failed: ${messageOf(error)}.`;
  const advice = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  if (advice !== undefined) {
    return new ConfigurationError(`${what} ${advice}`, { code: 'FILE_NOT_WRITABLE', cause: error });
  }
  return new TransientError(`${what} Nothing of it was kept.`, {
    code: 'FILE_WRITE_FAILED',
    scope: 'destination',
    cause: error,
  });
}
