import { Command, InvalidArgumentError } from 'commander';
import type { CommandContext, GlobalOptions } from './command-context';
import { check } from './commands/check';
import { explain, type ExplainOptions } from './commands/explain';
import { init, type InitOptions } from './commands/init';
import { plugins } from './commands/plugins';
import { send, type SendOptions } from './commands/send';
import { validate } from './commands/validate';
import type { ExitCode } from './exit-codes';
import { helpExamples } from './help-examples';

/** What a command ended with is handed over, since commander keeps no results. */
export interface ProgramOptions {
  readonly context: CommandContext;
  readonly version: string;
  readonly onExit: (exitCode: ExitCode) => void;
}

/** The command line: commands, arguments, options, help. It throws a CommanderError instead of ending the process. */
export function createProgram({ context, version, onExit }: ProgramOptions): Command {
  const { console } = context;
  const program = new Command('dest')
    .description('Delivers customer events and profiles to destinations')
    .option('-c, --config <file>', 'the configuration', 'dest.yaml')
    .option('--json', 'print nothing but JSON on stdout')
    .option('--verbose', 'log to stderr')
    .option('--no-color', 'without colours (also NO_COLOR=1)')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help on a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void console.stdout.write(text),
      writeErr: (text) => void console.stderr.write(text),
    })
    .showHelpAfterError('(dest --help lists commands and options)')
    .exitOverride()
    .hook('preAction', () => {
      if (program.opts<{ color: boolean }>().color === false) console.disableColors();
    });

  const define = <Options extends GlobalOptions>(
    usage: string,
    description: string,
    run: (operands: readonly (string | readonly string[] | undefined)[], options: Options) => Promise<ExitCode>,
  ): Command => {
    const command = program.command(usage).description(description);
    return command.addHelpText('after', helpExamples(command.name())).action(async () => {
      const given: object = command.optsWithGlobals();
      const options = { json: false, verbose: false, force: false, ...given };
      onExit(await run(command.processedArgs as never, options as unknown as Options));
    });
  };

  define<InitOptions>('init', 'write a configuration and sample events to begin with', ([folder], options) =>
    init(context, folder as string | undefined, options),
  )
    .argument('[folder]', 'where to write; default: here')
    .option('-f, --force', 'overwrite files that are there');

  define('plugins', 'list the plugins of the configuration, and why one can’t be loaded', (_none, options) =>
    plugins(context, options),
  );

  define('validate', 'check the configuration, down to line and column', ([file], options) =>
    validate(context, file as string | undefined, options),
  ).argument('[file]', 'the configuration; default: what --config says');

  define('check', 'open destinations and check that the other side is there', ([destinations], options) =>
    check(context, destinations as readonly string[], options),
  ).argument('[destination...]', 'ids of destinations; default: all that are enabled');

  define<ExplainOptions>(
    'explain',
    'show what would be delivered where, and why; deliver nothing',
    ([events], options) => explain(context, events as string | undefined, options),
  )
    .argument('[events]', 'a file of envelopes, one JSON object per line; default: stdin, also as -')
    .option('-d, --destination <id>', 'explain this destination only');

  define<SendOptions>('send', 'deliver envelopes', ([events], options) =>
    send(context, events as string | undefined, options),
  )
    .argument('[events]', 'a file of envelopes, one JSON object per line; default: stdin, also as -')
    .option('--give-up-after <seconds>', 'how long to wait for retries after the last line', parseSeconds, 60);

  return program;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0 || seconds > 2_000_000) {
    throw new InvalidArgumentError('It should be a number of seconds between 0 and 2,000,000.');
  }
  return seconds;
}
