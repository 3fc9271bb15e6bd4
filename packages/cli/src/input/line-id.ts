import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';

/** Where lines come from, as far as ids are concerned. */
export interface LineSource {
  /** What an id begins with. */
  readonly name: string;
  /** What tells two sources of the same name apart. */
  readonly place: string;
}

/** The source of lines that a command was told to read: a file, or stdin for undefined. */
export function lineSource(file: string | undefined): LineSource {
  if (file === undefined) return { name: 'stdin', place: '' };
  return { name: basename(file), place: resolve(file) };
}

/**
 * The source of lines that come without an end, such as those of a host that runs: no other stream has the same ids, since what
 * comes a second time at the same place there is not the same line.
 *
 * @param place - what no other stream has
 */
export function streamSource(place: string): LineSource {
  return { name: 'stdin', place };
}

/**
 * The id of a line that has none of its own: the same whenever the same line of the same file is sent, another one where
 * its text changed.
 */
export function lineId(source: LineSource, number: number, text: string): string {
  const hash = createHash('sha256').update(source.place).update('\n').update(text).digest('hex').slice(0, 12);
  return `${source.name}:${number}:${hash}`;
}
