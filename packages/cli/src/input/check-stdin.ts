import { ConfigurationError } from '@dest/core';
import { fstatSync } from 'node:fs';
import type { Streams } from '../streams';

/**
 * Makes sure that stdin can have lines: a folder looks like an input that has ended.
 *
 * @throws ConfigurationError `INPUT_UNREADABLE`
 */
export function checkStdin({ fd }: Streams['stdin']): void {
  if (typeof fd !== 'number') return;
  // As bigint: Node 20 takes the other kind, asked of a pipe, for that of the next path whose links require() follows.
  if (!fstatSync(fd, { bigint: true }).isDirectory()) return;
  throw new ConfigurationError('Nothing can be read from stdin: it is a folder. Pipe lines in, or name a file.', {
    code: 'INPUT_UNREADABLE',
  });
}
