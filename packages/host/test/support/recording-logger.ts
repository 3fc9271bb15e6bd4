import type { Logger } from '@dest/core';

/** What was logged, in order. */
export interface LoggedLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** A logger that notes what it is told. */
export class RecordingLogger implements Logger {
  readonly lines: LoggedLine[] = [];

  debug(message: string, fields?: LoggedLine['fields']): void {
    this.lines.push({ level: 'debug', message, fields });
  }

  info(message: string, fields?: LoggedLine['fields']): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields?: LoggedLine['fields']): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields?: LoggedLine['fields']): void {
    this.lines.push({ level: 'error', message, fields });
  }

  /** Messages that match. */
  matching(pattern: RegExp): readonly string[] {
    return this.lines.map(({ message }) => message).filter((message) => pattern.test(message));
  }
}
