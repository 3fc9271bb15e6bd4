import { ConfigurationError } from '@dest/core';
import { fstatSync } from 'node:fs';
import type { Streams } from '../streams';

/**
 * Makes sure that stdin can have lines: a folder looks like an input that has ended.
 *
 * @throws ConfigurationError `INPUT_UNREADABLE`
 */
export function checkStdin(stdin: Streams['stdin']): void {
  const { fd } = stdin;
  if (typeof fd !== 'number' || !fstatSync(fd).isDirectory()) return;
  throw new ConfigurationError('Nothing can be read from stdin: it is a folder. Pipe lines in, or name a file.', {
    code: 'INPUT_UNREADABLE',
  });
}
