import { DestError, ERROR_MARKER, type ErrorMark } from './dest-error';

export interface ConfigurationErrorOptions {
  /** Default: `CONFIGURATION`. */
  readonly code?: string;
  readonly cause?: unknown;
}

/**
 * The destination as a whole can't work as it is configured: credentials refused, the fixed topic or table missing, a
 * binding not installed. Its lane is paused, everything is kept, and it is tried again now and then.
 */
export class ConfigurationError extends DestError {
  override readonly name: string = 'ConfigurationError';

  constructor(message: string, options: ConfigurationErrorOptions = {}) {
    super(message, { code: options.code ?? 'CONFIGURATION', cause: options.cause });
  }

  get [ERROR_MARKER](): ErrorMark {
    return { retry: 'configuration', scope: 'destination' };
  }
}
