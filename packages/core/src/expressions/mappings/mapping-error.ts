import { ConfigurationError } from '../../errors/configuration-error';
import { textPlace } from '../text-place';

export interface MappingErrorOptions {
  readonly code: string;
  /** The place in the mapping as a JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** Where the fault is inside a text of the mapping: the text and the offset in it. */
  readonly text?: string;
  readonly position?: number;
  readonly cause?: unknown;
}

/** A mapping that can't be compiled: where, what was found and expected, and what to write instead. */
export class MappingError extends ConfigurationError {
  override readonly name = 'MappingError';
  readonly pointer: string;
  /** Inside the text that the pointer leads to, from 1; absent where the fault is not inside a text. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The message without the place, for those that show the place themselves. */
  readonly summary: string;

  constructor(summary: string, options: MappingErrorOptions) {
    const place = options.text === undefined ? undefined : textPlace(options.text, options.position ?? 0);
    const inside = place === undefined ? '' : `, line ${place.line}, column ${place.column}`;
    super(`Mapping${options.pointer === '' ? '' : ` ${options.pointer}`}${inside}: ${summary}`, options);
    this.summary = summary;
    this.pointer = options.pointer;
    this.line = place?.line;
    this.column = place?.column;
  }
}
