import type { Logger } from '@dest/core';

/** One line of a log. */
export interface LoggedLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  /** What was logged, in order. */
  readonly lines: readonly LoggedLine[];
}

/** Makes a logger that keeps what it is told. */
export function recordingLogger(): RecordingLogger {
  const lines: LoggedLine[] = [];
  const keeping =
    (level: keyof Logger): Logger['info'] =>
    (message, fields) =>
      void lines.push({ level, message, ...(fields === undefined ? {} : { fields }) });
  return { lines, debug: keeping('debug'), info: keeping('info'), warn: keeping('warn'), error: keeping('error') };
}
