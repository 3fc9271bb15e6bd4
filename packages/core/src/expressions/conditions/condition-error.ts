import { ConfigurationError } from '../../errors/configuration-error';
import { textPlace } from '../text-place';

export interface ConditionErrorOptions {
  readonly code: string;
  /** The whole condition. */
  readonly text: string;
  /** Offset of the place in it. */
  readonly position: number;
  readonly cause?: unknown;
}

/** A condition that can't be compiled: where, what was expected there and, for usual slips, what to write instead. */
export class ConditionError extends ConfigurationError {
  override readonly name = 'ConditionError';
  /** Offset in the condition, from 0. */
  readonly position: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The line of the condition around the place, and a caret below it. */
  readonly excerpt: string;
  /** The message without the place, for those that show the place themselves. */
  readonly summary: string;

  constructor(message: string, options: ConditionErrorOptions) {
    const summary = message.charAt(0).toUpperCase() + message.slice(1);
    const place = textPlace(options.text, options.position);
    super(`Condition, line ${place.line}, column ${place.column}: ${summary}`, options);
    this.summary = summary;
    this.position = options.position;
    this.line = place.line;
    this.column = place.column;
    this.excerpt = place.excerpt;
  }
}
