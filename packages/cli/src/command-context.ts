import type { Clock } from '@dest/core';
import type { Hangup } from './hangup';
import type { Interruption } from './interruption';
import type { Console } from './output/console';
import type { PluginFaults } from './plugin-faults';
import type { Streams } from './streams';

/** What every command is handed: nothing else of the process is used. */
export interface CommandContext {
  readonly stdin: Streams['stdin'];
  readonly console: Console;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly interruption: Interruption;
  readonly hangup: Hangup;
  readonly faults: PluginFaults;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly config: string;
  readonly json: boolean;
  readonly verbose: boolean;
}
