/** Structured logging: a message and fields. Compatible with what pino, winston or the console can be wrapped into. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const nothing = (): void => undefined;

/** Logs nothing: the default. */
export const noopLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
