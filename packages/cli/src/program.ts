import { Command } from 'commander';
import type { CommandContext } from './command-context';
import { add, type AddOptions } from './commands/add';
import { check } from './commands/check';
import { doctor, type DoctorOptions } from './commands/doctor';
import { explain, type ExplainOptions } from './commands/explain';
import { forget } from './commands/forget';
import { init, type InitOptions } from './commands/init';
import { manifest, type ManifestOptions } from './commands/manifest';
import { plugins, type PluginsOptions } from './commands/plugins';
import { reload } from './commands/reload';
import { runHost, type RunHostOptions } from './commands/run';
import { send, type SendOptions } from './commands/send';
import { test, type TestOptions } from './commands/test';
import { validate } from './commands/validate';
import { commandDefiner, parseSeconds } from './define-command';
import { defineDeadLetters } from './define-dead-letters';
import { defineLanes } from './define-lanes';
import type { ExitCode } from './exit-codes';

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

  const define = commandDefiner(program, onExit);

  define<InitOptions>('init', 'write a configuration and sample events to begin with', ([folder], options) =>
    init(context, folder as string | undefined, options),
  )
    .argument('[folder]', 'where to write; default: here')
    .option('-f, --force', 'overwrite files that are there');

  define<PluginsOptions>(
    'plugins',
    'list the plugins of the configuration, and what is wrong with one',
    (_none, options) => plugins(context, options),
  ).option('--import', 'load also those that a manifest describes', false);

  define<AddOptions>(
    'add',
    'install a plugin with its scripts off, and list it in the configuration',
    ([wanted], options) => add(context, wanted as string, options),
  )
    .argument('<package>', 'its name, perhaps with a version; a folder, or a packed package')
    .option('--no-install', 'list one that is installed')
    .option('--dry-run', 'only show what it declares', false)
    .option('-y, --yes', 'don’t ask', false);

  define('validate', 'check the configuration, down to line and column', ([file], options) =>
    validate(context, file as string | undefined, options),
  ).argument('[file]', 'the configuration; default: what --config says');

  define('check', 'check that the other side of destinations and intakes is there', ([destinations], options) =>
    check(context, destinations as readonly string[], options),
  ).argument('[destination...]', 'ids of destinations; default: all that are enabled');

  define<DoctorOptions>(
    'doctor',
    'find what is wrong with what is installed, the outbox and the other sides',
    (_none, options) => doctor(context, options),
  ).option('--no-check', 'connect to no destination and no intake');

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

  define<RunHostOptions>(
    'run',
    'run the host: deliver what waits and what comes, until it is told to end',
    (_none, options) => runHost(context, options),
  )
    .option('--no-stdin', 'take nothing in from stdin')
    .option('--until-eof', 'end when stdin does and what is due is delivered', false)
    .option('--acks', 'print a line of JSON for each line that is on disk', false)
    .option('--watch', 'read the configuration again when it changes (also: dest reload, SIGHUP)', false);

  defineLanes(program, context, onExit);
  defineDeadLetters(program, context, onExit);

  define('forget', 'erase a person from the outbox and at the destinations', ([profile], options) =>
    forget(context, profile as string, options),
  ).argument('<profile id>', 'the profile’s id');

  define<TestOptions>('test', 'hold a plugin against the contract of destinations', ([plugin], options) =>
    test(context, plugin as string | undefined, options),
  )
    .argument('[plugin]', 'the folder of a package, or the name of one; default: here')
    .option('--only <text>', 'only cases with this text in their group or name');

  define('reload', 'have the running host read its configuration again', (_none, options) => reload(context, options));

  define<ManifestOptions>('manifest', 'write what describes a plugin package of yours', ([folder], options) =>
    manifest(context, folder as string | undefined, options),
  )
    .argument('[folder]', 'the package; default: here')
    .option('--check', 'write nothing; end with 1 where it is not up to date', false);

  return program;
}
