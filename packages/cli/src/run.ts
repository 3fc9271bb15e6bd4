import { systemClock, type Clock } from '@dest/core';
import { CommanderError } from 'commander';
import { EXIT, worstOf, type ExitCode } from './exit-codes';
import { Hangup } from './hangup';
import { Interruption } from './interruption';
import { Console } from './output/console';
import { reportProblem } from './output/report-problem';
import { writePatience } from './output/write-patience';
import { ownVersion } from './own-version';
import { PluginFaults } from './plugin-faults';
import { createProgram } from './program';
import type { Streams } from './streams';

export interface RunOptions {
  readonly streams: Streams;
  /** Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** By which the command learns that it should end. */
  readonly interruption?: Interruption;
  /** By which the command learns that it should read its configuration again. */
  readonly hangup?: Hangup;
  /** Is told which plugins there are, and tells how often they failed outside of any call. */
  readonly faults?: PluginFaults;
}

/**
 * Runs the `dest` command. Never throws and never ends the process.
 *
 * @param words - what follows `dest` on the command line
 * @returns the exit code: 0 done, 1 something failed at run time, 2 input or configuration wrong, 3 a plugin or a binding
 * is missing, 130 and 143 on signals
 */
export async function run(words: readonly string[], options: RunOptions): Promise<ExitCode> {
  const { streams, environment = process.env, clock = systemClock, interruption = new Interruption() } = options;
  const { faults = new PluginFaults(), hangup = new Hangup() } = options;
  const console = new Console(streams, environment, writePatience(interruption, clock));
  const context = { stdin: streams.stdin, console, environment, clock, interruption, hangup, faults };
  let exitCode: ExitCode = EXIT.done;
  const program = createProgram({ context, version: ownVersion(), onExit: (code) => (exitCode = code) });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? EXIT.done : EXIT.invalid;
    else exitCode = await reportProblem(console, error, program.opts<{ json?: boolean }>().json === true);
  }
  faults.end();
  if (faults.count > 0 && interruption.signal === undefined) exitCode = worstOf([exitCode, EXIT.failed]);
  // What was written may still be on its way, and fail.
  await console.stdout.write('');
  const { failure } = console.stdout;
  if (failure === undefined) return exitCode;
  console.note(`The result could not be written: ${failure.message}.`);
  return exitCode === EXIT.done ? EXIT.failed : exitCode;
}
