import type { Clock, Logger } from '@dest/core';
import type { Console } from '../output/console';
import { loggerFor } from '../output/logger';

type Fields = Readonly<Record<string, unknown>>;
type Level = keyof Logger;

/** What a running host says, on stderr: lines of text, or with `--json` lines of JSON. */
export interface RunLog {
  /** Says something that an operator wants to read without `--verbose`. `fields` are for `--json`. */
  readonly say: (level: Level, message: string, fields?: Fields) => void;
  /** What the host and its plugins log: warnings and errors; everything with `--verbose`. */
  readonly logger: Logger;
}

export interface RunLogOptions {
  readonly console: Console;
  readonly clock: Clock;
  readonly json: boolean;
  readonly verbose: boolean;
}

export function createRunLog({ console, clock, json, verbose }: RunLogOptions): RunLog {
  const entry = (level: Level, message: string, fields: Fields = {}): object => ({
    time: new Date(clock.now()).toISOString(),
    level,
    message,
    ...fields,
  });
  if (!json) {
    const all = loggerFor(console, true);
    return { say: (level, message) => all[level](message), logger: atLeast(verbose ? 'debug' : 'warn', all) };
  }
  // What is said elsewhere, of plugins that fault for one, has no level of its own.
  console.writeNotesAsJson((text) => entry('warn', text));
  const say: RunLog['say'] = (level, message, fields) => {
    try {
      console.noteJson(entry(level, message, fields));
    } catch {
      // Plugins log anything; what is no JSON is no reason to fail.
      console.noteJson(entry(level, message));
    }
  };
  const at =
    (level: Level): Logger['info'] =>
    (message, fields) =>
      say(level, message, fields);
  const all: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { say, logger: atLeast(verbose ? 'debug' : 'warn', all) };
}

function atLeast(level: 'debug' | 'warn', logger: Logger): Logger {
  const nothing = (): void => undefined;
  return level === 'debug' ? logger : { ...logger, debug: nothing, info: nothing };
}
