import { ConfigurationError } from '@dest/core';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Streams } from '../streams';
import { checkStdin } from './check-stdin';
import { lineSource, type LineSource } from './line-id';

/** The events a command was told to read. */
export interface EventsInput {
  readonly stream: Readable;
  readonly source: LineSource;
  /** Size in bytes, where it is known beforehand. */
  readonly size?: number;
}

/**
 * Opens the events to read: a file, or stdin for `-` and for nothing.
 *
 * @throws ConfigurationError `INPUT_MISSING` where nothing is named and stdin is a terminal, `INPUT_UNREADABLE`
 */
export async function openEvents(file: string | undefined, stdin: Streams['stdin']): Promise<EventsInput> {
  if (file === undefined || file === '-') {
    if (file === undefined && stdin.isTTY === true) {
      throw new ConfigurationError(
        'No events are named and none are piped in. Name a file (dest send events.ndjson), pipe lines in, or type them ' +
          'after dest send - and end with Ctrl-D.',
        { code: 'INPUT_MISSING' },
      );
    }
    checkStdin(stdin);
    return { stream: stdin, source: lineSource(undefined) };
  }
  try {
    const handle = await open(file);
    try {
      const found = await handle.stat();
      if (found.isDirectory()) throw new Error('it is a folder');
      const stream = createReadStream(file, { fd: handle, highWaterMark: 256 * 1024 });
      return { stream, source: lineSource(file), ...(found.isFile() ? { size: found.size } : {}) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new ConfigurationError(`The events ${file} can't be read: ${why}.`, { code: 'INPUT_UNREADABLE', cause });
  }
}
