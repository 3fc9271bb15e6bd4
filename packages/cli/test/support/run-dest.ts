import { PassThrough, Readable, Writable } from 'node:stream';
import type { Clock } from '@dest/core';
import { run, type Hangup, type Interruption, type PluginFaults } from '../../src';

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
  readonly hangup?: Hangup;
  readonly clock?: Clock;
  readonly faults?: PluginFaults;
}

/** A command that runs in this process. */
export interface RunningDest {
  /** What it wrote so far. */
  readonly written: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Outcome>;
  /** Resolves when it has written this text to stdout or stderr, so many times; throws where it ends without. */
  wrote(text: string, times?: number): Promise<void>;
}

/** Runs the command in this process, to its end. */
export function runDest(words: readonly string[], options: RunDestOptions = {}): Promise<Outcome> {
  return startRunDest(words, options).ended;
}

/** Starts the command in this process. */
export function startRunDest(words: readonly string[], options: RunDestOptions = {}): RunningDest {
  const { stdin = '', terminals = [], environment = {}, ...rest } = options;
  const written = { stdout: '', stderr: '' };
  let isEnded = false;
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
  const ended = run(words, { streams, environment, ...rest }).then((exitCode) => {
    isEnded = true;
    return { exitCode, ...written };
  });
  return {
    written,
    ended,
    wrote: async (text, times = 1) => {
      while (`${written.stdout}${written.stderr}`.split(text).length <= times) {
        if (isEnded) throw new Error(`it has ended without writing ${text}: ${written.stdout}${written.stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

/** A stdin that stays open until it is ended. */
export function openStdin(): PassThrough {
  return new PassThrough();
}
