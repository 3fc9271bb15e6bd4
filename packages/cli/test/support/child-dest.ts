import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Outcome } from './run-dest';

export const DEST = resolve(__dirname, '..', '..', 'bin', 'dest.js');

/** The built command in a process of its own. */
export interface ChildDest {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves when the process has written this text to stdout or stderr. */
  wrote(text: string): Promise<void>;
  ended(): Promise<Outcome>;
}

/** @param environment - variables beside PATH */
export function startDest(
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): ChildDest {
  const env = { PATH: process.env['PATH'], ...environment };
  const child = spawn(process.execPath, [DEST, ...words], { cwd, env });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()));
  const closed = once(child, 'close');
  return {
    process: child,
    async wrote(text) {
      while (!`${written.stdout}${written.stderr}`.includes(text)) {
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), closed]);
        if (child.exitCode !== null || child.signalCode !== null) break;
      }
    },
    async ended() {
      const [exitCode] = (await closed) as [number];
      return { exitCode, ...written };
    },
  };
}
