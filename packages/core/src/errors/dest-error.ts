/** Under this key every error of the contract says what it is, so that errors from another copy of core are recognised. */
export const ERROR_MARKER: unique symbol = Symbol.for('@dest/core/error@1') as never;

/** Whose fault a failure is: one item's, or the destination's as a whole. */
export type FailureScope = 'item' | 'destination';

/** What to do about a failure: try again, give the item up, or hold the destination until its configuration is mended. */
export type FailureRetry = 'transient' | 'permanent' | 'configuration';

/** What the marker holds. */
export interface ErrorMark {
  readonly retry: FailureRetry;
  readonly scope: FailureScope;
  /** How long the other side asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

export interface DestErrorOptions {
  /** A stable code in UPPER_SNAKE_CASE, never reused; see docs/reference/errors.md. */
  readonly code: string;
  readonly cause?: unknown;
}

/** The root of all errors of Dest: each has a stable code and a message that says what, found, expected and what to do. */
export abstract class DestError extends Error {
  readonly code: string;

  constructor(message: string, options: DestErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
  }

  abstract get [ERROR_MARKER](): ErrorMark;
}
