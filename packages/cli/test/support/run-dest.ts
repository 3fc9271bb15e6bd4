import { PassThrough, Readable, Writable } from 'node:stream';
import type { Clock } from '@dest/core';
import { run, type Interruption, type PluginFaults } from '../../src';

/** What a command wrote and ended with. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunDestOptions {
  readonly stdin?: string | Readable;
  /** Which streams are terminals. Default: none. */
  readonly terminals?: readonly ('stdin' | 'stdout' | 'stderr')[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly interruption?: Interruption;
  readonly clock?: Clock;
  readonly faults?: PluginFaults;
}

/** Runs the command in this process. */
export async function runDest(words: readonly string[], options: RunDestOptions = {}): Promise<Outcome> {
  const { stdin = '', terminals = [], environment = {}, ...rest } = options;
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Writable & { isTTY: boolean; columns: number } =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written[name] += chunk.toString();
          done();
        },
      }),
      { isTTY: terminals.includes(name), columns: 120 },
    );
  const input = typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin;
  const streams = {
    stdin: Object.assign(input, { isTTY: terminals.includes('stdin') }),
    stdout: output('stdout'),
    stderr: output('stderr'),
  };
  const exitCode = await run(words, { streams, environment, ...rest });
  return { exitCode, ...written };
}

/** A stdin that stays open until it is ended. */
export function openStdin(): PassThrough {
  return new PassThrough();
}
