import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const CORE = join(__dirname, '../../../../core/src/index.ts');

/** Lets a child process load TypeScript, and core from its sources, as the test runner does. */
const LOAD_TYPESCRIPT = `
const { transformFileSync } = require('@swc/core');
const Module = require('node:module');
const options = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'commonjs', ignoreDynamic: true },
};
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => resolve(name === '@dest/core' ? process.argv[1] : name, ...rest);
require(process.argv[2]);
`;

/**
 * Runs a TypeScript file as a process that may write files of so many 512-byte blocks and no larger, which is the nearest
 * that every system has to a full disk: a write goes in up to the limit, and the next fails.
 *
 * @returns What it printed.
 */
export async function runUnderLimit(
  script: string,
  blocks: number,
  ...scriptArguments: readonly string[]
): Promise<string> {
  const command = `ulimit -f ${blocks} && exec "$@"`;
  const node = [process.execPath, '-e', LOAD_TYPESCRIPT, CORE, join(__dirname, script), ...scriptArguments];
  const { stdout } = await promisify(execFile)('sh', ['-c', command, 'sh', ...node], { cwd: __dirname });
  return stdout;
}
