import { noopLogger, type Logger } from '@dest/core';
import { inspect } from 'node:util';
import type { Console } from './console';

/** What `--verbose` logs: a line on stderr per message, its fields as JSON. Nothing without `--verbose`. */
export function loggerFor(console: Console, verbose: boolean): Logger {
  if (!verbose) return noopLogger;
  const { noteColors: colors } = console;
  const at =
    (level: string) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void =>
      console.note(`${level} ${message}${fields === undefined ? '' : ` ${colors.dim(textOf(fields))}`}`);
  return {
    debug: at(colors.dim('debug')),
    info: at(colors.cyan('info ')),
    warn: at(colors.yellow('warn ')),
    error: at(colors.red('error')),
  };
}

/** Plugins log anything; what is no JSON is no reason to fail. */
function textOf(fields: object): string {
  try {
    return JSON.stringify(fields);
  } catch {
    return inspect(fields, { breakLength: Infinity });
  }
}
