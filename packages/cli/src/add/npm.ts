import { ConfigurationError } from '@dest/core';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { CommandContext } from '../command-context';

/** What an npm command ended with. */
export interface NpmOutcome {
  readonly ok: boolean;
  /** The end of what it said, for messages. */
  readonly said: string;
}

/** So much of what npm says is shown. */
const SHOWN_LINES = 8;

/**
 * Runs an npm command in a project, with the user's own configuration and no script of any package. A signal that ends the
 * command ends it too.
 *
 * @throws ConfigurationError `NPM_NOT_INSTALLED`
 */
export async function runNpm(
  { environment, interruption }: Pick<CommandContext, 'environment' | 'interruption'>,
  project: string,
  words: readonly string[],
): Promise<NpmOutcome> {
  const [command, ...before] = npmCommand();
  // No --prefix: a member of a workspace is one to npm by the folder it is run in, and with it that would be a project of its own.
  const fixed = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn(command, [...before, ...words, ...fixed], {
    cwd: project,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const forget = interruption.onInterrupt(() => child.kill('SIGTERM'));
  let said = '';
  const listen = (chunk: Buffer): void => void (said = `${said}${chunk.toString()}`.slice(-10_000));
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { ok: code === 0, said: endOf(said) };
  } catch (cause) {
    throw new ConfigurationError(
      'npm is not there, and packages are installed by it. Install it, or put it on the PATH.',
      {
        code: 'NPM_NOT_INSTALLED',
        cause,
      },
    );
  } finally {
    forget();
  }
}

function npmCommand(): readonly [string, ...string[]] {
  // On Windows it is a script that needs a shell: what that runs lies beside Node.
  if (process.platform !== 'win32') return ['npm'];
  return [process.execPath, join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')];
}

function endOf(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trimEnd())
    .filter((line) => line !== '' && !line.startsWith('A complete log of this run'));
  return lines.slice(-SHOWN_LINES).join('\n');
}
