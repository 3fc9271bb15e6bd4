import { relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { createDestination, type CreatedDestination } from './create-destination';
import { CreateError } from './create-error';
import type { DestinationPlan } from './destination-plan';
import { HELP } from './help-text';
import { askForPlan, planByDefaults } from './make-plan';
import { messageOf } from './message-of';
import { ownVersion } from './own-version';
import { Questions, QuestionsEnded } from './questions';
import { readOptions, type CommandOptions } from './read-options';
import { wantsColors } from './wants-colors';

/** By their numbers in ANSI escape codes. */
const GREEN = 32;
const CYAN = 36;

/** A stream that may be a terminal. */
type Terminal<Stream> = Stream & { readonly isTTY?: boolean };

export interface RunOptions {
  readonly stdin: Terminal<Readable>;
  readonly stdout: Terminal<Writable>;
  readonly stderr: Terminal<Writable>;
  /** Where paths are read from. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the command. Never throws.
 *
 * @param words - what follows it on the command line
 * @returns the exit code: 0 made, 1 it could not be written, 2 name, options or folder won't do, 130 given up
 */
export async function run(words: readonly string[], streams: RunOptions): Promise<number> {
  const { stdout, stderr } = streams;
  // Also where the command line could not be read.
  const isJson = words.includes('--json');
  try {
    const options = readOptions(words);
    if (options.help) stdout.write(HELP);
    else if (options.version) stdout.write(`${ownVersion()}\n`);
    else await make(options, streams);
    return 0;
  } catch (error) {
    if (error instanceof QuestionsEnded) {
      stderr.write('\nNothing was made.\n');
      return 130;
    }
    const code = error instanceof CreateError ? error.code : 'CREATE_FAILED';
    if (isJson) stdout.write(`${JSON.stringify({ error: { code, message: messageOf(error) } })}\n`);
    else stderr.write(`${messageOf(error)} [${code}]\n`);
    return code === 'CREATE_FAILED' ? 1 : 2;
  }
}

async function make(options: CommandOptions, streams: RunOptions): Promise<void> {
  const { stdout, folder } = streams;
  const plan = await planBy(options, streams);
  const created = await createDestination(plan);
  if (options.json) {
    const { name, language } = plan;
    stdout.write(`${JSON.stringify({ name, language, ...created, next: stepsFor(plan, folder) })}\n`);
  } else {
    stdout.write(report(plan, created, options, streams));
  }
}

async function planBy(options: CommandOptions, { stdin, stdout, folder }: RunOptions): Promise<DestinationPlan> {
  const mayAsk = stdin.isTTY === true && stdout.isTTY === true && !options.yes && !options.json;
  if (!mayAsk) return planByDefaults(options, folder);
  const questions = new Questions(stdin, stdout);
  try {
    return await askForPlan(options, folder, questions);
  } finally {
    questions.close();
  }
}

function report(
  plan: DestinationPlan,
  { files }: CreatedDestination,
  options: CommandOptions,
  streams: RunOptions,
): string {
  const { stdout, environment, folder } = streams;
  const hasColors = wantsColors({ isTTY: stdout.isTTY === true, wanted: options.color, environment });
  const style = (color: number, text: string): string => (hasColors ? `\u001b[${color}m${text}\u001b[39m` : text);
  const made = `${style(GREEN, '✔')} ${plan.name}: ${files.length} files in ${plan.folder}`;
  const steps = stepsFor(plan, folder).map((step) => `  ${style(CYAN, step)}`);
  return `${[made, '', 'Next:', ...steps].join('\n')}\n`;
}

function stepsFor({ folder }: DestinationPlan, from: string): readonly string[] {
  const path = relative(from, folder);
  const shown = /^[\w./-]+$/.test(path) ? path : JSON.stringify(path);
  return [...(path === '' ? [] : [`cd ${shown}`]), 'npm install', 'npm test'];
}
