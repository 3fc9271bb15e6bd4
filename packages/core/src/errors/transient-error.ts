import { DestError, ERROR_MARKER, type ErrorMark, type FailureScope } from './dest-error';

export interface TransientErrorOptions {
  /** Default: `TRANSIENT`. */
  readonly code?: string;
  readonly cause?: unknown;
  /** How long the other side asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * `item` (default): this one failed, and uses up an attempt.
   * `destination`: the other side is down or refuses everybody; the item uses up its age only.
   */
  readonly scope?: FailureScope;
}

/** Thrown by a destination: it did not work this time; try again. */
export class TransientError extends DestError {
  override readonly name = 'TransientError';
  readonly scope: FailureScope;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: TransientErrorOptions = {}) {
    super(message, { code: options.code ?? 'TRANSIENT', cause: options.cause });
    this.scope = options.scope ?? 'item';
    this.retryAfterMs = options.retryAfterMs;
  }

  get [ERROR_MARKER](): ErrorMark {
    return {
      retry: 'transient',
      scope: this.scope,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}
