import { type Command, InvalidArgumentError } from 'commander';
import type { GlobalOptions } from './command-context';
import type { ExitCode } from './exit-codes';
import { helpExamples } from './help-examples';

/** What was typed beside the options. */
export type Operands = readonly (string | readonly string[] | undefined)[];

/** What every command has. */
const GLOBAL_DEFAULTS: GlobalOptions & Readonly<Record<string, unknown>> = {
  config: 'dest.yaml',
  json: false,
  verbose: false,
};

/** Adds a command to a program or to a group of commands. */
export type DefineCommand = <Options extends GlobalOptions>(
  usage: string,
  description: string,
  run: (operands: Operands, options: Options) => Promise<ExitCode>,
  settings?: { readonly isDefault?: boolean },
) => Command;

/**
 * @param parent - the program, or a group of commands
 * @param onExit - is told what a command ended with, since commander keeps no results
 */
export function commandDefiner(parent: Command, onExit: (exitCode: ExitCode) => void): DefineCommand {
  return (usage, description, run, settings = {}) => {
    const command = parent.command(usage, { isDefault: settings.isDefault ?? false }).description(description);
    return command.addHelpText('after', helpExamples(pathOf(command))).action(async () => {
      const given: object = command.optsWithGlobals();
      onExit(await run(command.processedArgs as never, { ...GLOBAL_DEFAULTS, ...given } as never));
    });
  };
}

/** Adds a group of commands. */
export function defineGroup(parent: Command, name: string, description: string): Command {
  const group = parent.command(name).description(description);
  return group.addHelpText('after', helpExamples(pathOf(group)));
}

/** `dead-letters list` */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** A whole number of at least 1. */
export function parseAmount(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It should be a whole number from 1 on.');
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0 || seconds > 2_000_000) {
    throw new InvalidArgumentError('It should be a number of seconds between 0 and 2,000,000.');
  }
  return seconds;
}

/** For an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
