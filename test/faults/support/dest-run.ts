import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Exit } from './host-child';
import { until } from './until';

const MAIN = join(__dirname, '../../../packages/cli/bin/dest.js');

const running = new Set<DestRun>();

/** Ends what a test left. */
export async function endDestRuns(): Promise<void> {
  await Promise.all([...running].map((run) => run.signal('SIGKILL').exited));
}

/** `dest run --acks --json` of the built command, which is fed lines on stdin. */
export class DestRun {
  readonly #process: ChildProcess;
  readonly #acknowledged: string[] = [];
  readonly #said: string[] = [];
  readonly exited: Promise<Exit>;

  /** @param config - the configuration's file */
  constructor(config: string) {
    const parameters = [MAIN, 'run', '--config', config, '--acks', '--json'];
    this.#process = spawn(process.execPath, parameters, { env: { ...process.env, NODE_OPTIONS: '' } });
    running.add(this);
    this.exited = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => {
        running.delete(this);
        resolve({ code, signal });
      });
    });
    // Lines that it doesn't read any more when it ends.
    this.#process.stdin?.on('error', () => undefined);
    createInterface({ input: this.#process.stdout! }).on('line', (line) => this.#noteLine(line));
    createInterface({ input: this.#process.stderr! }).on('line', (line) => this.#said.push(line));
  }

  /** Ids of lines that it said are on disk. */
  get acknowledged(): readonly string[] {
    return this.#acknowledged;
  }

  /** What it says, line by line. */
  get said(): readonly string[] {
    return this.#said;
  }

  /** Hands lines in. */
  feed(envelopes: readonly object[]): void {
    for (const envelope of envelopes) this.#process.stdin?.write(`${JSON.stringify(envelope)}\n`);
  }

  /** Hands lines in, and waits until they are on disk. */
  async take(envelopes: readonly object[]): Promise<void> {
    const expected = this.#acknowledged.length + envelopes.length;
    this.feed(envelopes);
    let ended: Exit | undefined;
    void this.exited.then((exit) => (ended = exit));
    await until(() => {
      if (ended !== undefined) throw new Error(`dest run ended with ${ended.code}: ${this.#said.join('\n')}`);
      return this.#acknowledged.length >= expected;
    });
  }

  signal(signal: NodeJS.Signals): this {
    this.#process.kill(signal);
    return this;
  }

  #noteLine(line: string): void {
    const { id } = JSON.parse(line) as { readonly id?: string };
    if (id !== undefined) this.#acknowledged.push(id);
  }
}
