// Python with packages from PyPI, in a virtual environment of a measurement's own.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SkippedError } from './skipped-error.mjs';

const run = promisify(execFile);

/**
 * @param {string} folder - where the environment goes
 * @param {readonly string[]} packages - as pip takes them, such as `name==1.0.0`
 * @returns the environment's Python
 * @throws SkippedError where there is no Python, no pip, or a package can't be had
 */
export async function installPython(folder, packages) {
  const environment = join(folder, 'python');
  const python = join(environment, 'bin', 'python');
  try {
    await run('python3', ['-m', 'venv', environment]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  } catch (error) {
    const words = (error.stderr || error.stdout || error.message).trim().split('\n').slice(-3).join(' ');
    throw new SkippedError(`Python 3 with venv, pip and ${packages.join(', ')} is needed: ${words}`);
  }
  return python;
}

/**
 * Runs a script that prints its result as one line of JSON.
 *
 * @param {readonly string[]} command - the interpreter, and what it is started by
 * @param {URL} script
 * @param {unknown} input - plain JSON, its one argument
 */
export async function runPython(command, script, input) {
  const [program, ...options] = [...command, fileURLToPath(script), JSON.stringify(input)];
  const { stdout } = await run(program, options);
  return JSON.parse(stdout);
}
