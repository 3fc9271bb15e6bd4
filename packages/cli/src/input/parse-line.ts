import { PermanentError } from '@dest/core';
import { MAX_LINE_BYTES, type InputLine } from './read-lines';

// Not fatal would put U+FFFD in the place of what it can't read. A byte order mark at the start is skipped.
const decoder = new TextDecoder('utf-8', { fatal: true });

/** A line's text without the spaces around it, and the value it holds. */
export interface ParsedLine {
  readonly text: string;
  readonly value: unknown;
  /** The text as it came. */
  readonly bytes: Buffer;
}

/**
 * Reads one line as JSON; undefined where it is blank.
 *
 * @throws PermanentError `LINE_TOO_LONG`, `LINE_NOT_UTF8` or `LINE_NOT_JSON`
 */
export function parseLine({ bytes }: InputLine, maxBytes = MAX_LINE_BYTES): ParsedLine | undefined {
  if (bytes === undefined) {
    throw new PermanentError(`The line is longer than ${maxBytes} bytes, the most that is taken.`, {
      code: 'LINE_TOO_LONG',
    });
  }
  let text: string;
  try {
    text = decoder.decode(bytes).trim();
  } catch (cause) {
    throw new PermanentError('The line is not UTF-8 text. Convert the file to UTF-8.', {
      code: 'LINE_NOT_UTF8',
      cause,
    });
  }
  if (text === '') return undefined;
  try {
    return { text, value: JSON.parse(text), bytes };
  } catch (cause) {
    throw new PermanentError(`The line is not JSON: ${(cause as Error).message}.`, { code: 'LINE_NOT_JSON', cause });
  }
}
