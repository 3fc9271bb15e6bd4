import { parseArgs } from 'node:util';
import { ToolFailure } from './tool-failure.mjs';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/**
 * @template {import('node:util').ParseArgsConfig['options']} Options
 * @param {Options} options
 * @returns {any} the options' values
 * @throws {ToolFailure} BAD_ARGUMENTS
 */
export function parseOptions(options) {
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw badArguments(error.message);
  }
}

/**
 * @param {string} value
 * @returns {string} a name that can be a folder's
 */
export function brokerName(value) {
  if (NAME.test(value)) return value;
  throw badArguments(`--name: expected lower-case letters, digits and dashes, such as "default"; found "${value}".`);
}

/**
 * @param {string} option
 * @param {string | undefined} value
 * @returns {number | undefined}
 */
export function portNumber(option, value) {
  if (value === undefined) return undefined;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw badArguments(`${option}: expected a port from 0 (any free one) to 65535; found "${value}".`);
}

/** @param {string} message */
export function badArguments(message) {
  return new ToolFailure('BAD_ARGUMENTS', `${message} See --help.`, { exitCode: 2 });
}

/**
 * Runs a command to its end, and turns what it throws into a message and an exit code.
 * @param {(signal: AbortSignal) => Promise<void>} command is handed a signal that SIGINT and SIGTERM abort
 */
export async function runCommand(command) {
  const controller = new AbortController();
  /** @type {NodeJS.Signals | undefined} */
  let received;
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(name, () => {
      received = name;
      controller.abort();
    });
  }
  try {
    await command(controller.signal);
  } catch (error) {
    if (received !== undefined) {
      process.exitCode = received === 'SIGINT' ? 130 : 143;
      return;
    }
    if (!(error instanceof ToolFailure)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
