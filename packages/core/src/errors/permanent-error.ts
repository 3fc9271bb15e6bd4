import { DestError, ERROR_MARKER, type ErrorMark } from './dest-error';

export interface PermanentErrorOptions {
  /** Default: `PERMANENT`. */
  readonly code?: string;
  readonly cause?: unknown;
}

/** Thrown by a destination: this item can never work, however often it is tried. It is given up, and reported as failed. */
export class PermanentError extends DestError {
  override readonly name = 'PermanentError';

  constructor(message: string, options: PermanentErrorOptions = {}) {
    super(message, { code: options.code ?? 'PERMANENT', cause: options.cause });
  }

  get [ERROR_MARKER](): ErrorMark {
    return { retry: 'permanent', scope: 'item' };
  }
}
