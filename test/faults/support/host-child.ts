import type { Envelope } from '@dest/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = join(__dirname, 'host-process.mjs');

/** What a host said of a dispatch. */
export type DispatchAnswer =
  | {
      readonly kind: 'accepted';
      readonly id: string;
      /** When the dispatch had resolved, in milliseconds since the epoch. */
      readonly at: number;
      readonly duplicate: boolean;
      readonly destinations: readonly string[];
      readonly refused: number;
    }
  | { readonly kind: 'rejected'; readonly id: string; readonly code: string; readonly message: string };

export interface HostChildOptions {
  /** The configuration's file. */
  readonly config: string;
  readonly deliver?: boolean;
  /** Instead of the chance in the backoff: at least 0, less than 1. */
  readonly random?: number;
  /** How far its wall clock is off, in milliseconds. */
  readonly clockOffsetMs?: number;
  /** A file that gets a line `resolved <id> ` after each dispatch. */
  readonly markers?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A command that runs it, such as strace with its options. */
  readonly prefix?: readonly string[];
  readonly nodeOptions?: readonly string[];
  /** Is told what became of dispatches, as it happens. */
  readonly onAnswer?: (answer: DispatchAnswer) => void;
}

export interface LogLine {
  readonly level: 'warn' | 'error';
  readonly text: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Message =
  | DispatchAnswer
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly code?: string; readonly message: string }
  | ({ readonly kind: 'log' } & LogLine)
  | { readonly kind: 'answer'; readonly call: number; readonly value?: unknown; readonly error?: { message: string } };

interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

const running = new Set<HostChild>();

/** Ends what a test left. */
export async function endHostChildren(): Promise<void> {
  await Promise.all([...running].map((child) => child.kill()));
}

/** A host in a process of its own, made of the built packages. */
export class HostChild {
  readonly #process: ChildProcess;
  readonly #options: HostChildOptions;
  readonly #calls = new Map<number, Waiter>();
  readonly #answers = new Map<string, (answer: DispatchAnswer) => void>();
  readonly #logs: LogLine[] = [];
  #errorOutput = '';
  #lastCall = 0;
  #ready: Waiter | undefined;
  /** Resolves when the host has started; rejects with its error, or when the process ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;

  constructor(options: HostChildOptions) {
    this.#options = options;
    const { environment, prefix = [], nodeOptions = [], onAnswer: _, ...settings } = options;
    const [command, ...parameters] = [...prefix, process.execPath, ...nodeOptions, SCRIPT, JSON.stringify(settings)];
    this.#process = spawn(command, parameters, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
    });
    running.add(this);
    this.ready = new Promise<void>((resolve, reject) => (this.#ready = { resolve, reject }));
    this.ready.catch(() => undefined);
    this.exited = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => {
        running.delete(this);
        this.#ended(`The host's process ended with ${signal ?? code}. ${this.#errorOutput}`);
        resolve({ code, signal });
      });
    });
    this.#process.on('message', (message) => this.#hear(message as Message));
    this.#process.on('error', (error) => this.#ended(error.message));
    this.#process.stderr?.on('data', (text: Buffer) => (this.#errorOutput += text.toString('utf8')));
  }

  /** What it logged so far: warnings and errors. */
  get logs(): readonly LogLine[] {
    return this.#logs;
  }

  /** Hands envelopes in, in this order and at once. */
  send(envelopes: readonly Envelope[]): void {
    if (this.#process.connected) this.#process.send({ kind: 'dispatch', envelopes }, () => undefined);
  }

  /** Hands envelopes in and waits for what becomes of each, in order. Rejects where the process ends before. */
  dispatch(envelopes: readonly Envelope[]): Promise<readonly DispatchAnswer[]> {
    const answers = envelopes.map(
      ({ id }) =>
        new Promise<DispatchAnswer>((resolve, reject) => {
          this.#answers.set(id as string, resolve);
          void this.exited.then(() => reject(new Error(`The host's process ended. ${this.#errorOutput}`)));
        }),
    );
    this.send(envelopes);
    return Promise.all(answers);
  }

  /** Calls a method of the host, or a command of `host-process.mjs`. */
  call<Value>(method: string, ...parameters: readonly unknown[]): Promise<Value> {
    const call = ++this.#lastCall;
    return new Promise<Value>((resolve, reject) => {
      if (!this.#process.connected) return reject(new Error(`The host's process is gone. ${this.#errorOutput}`));
      this.#calls.set(call, { resolve, reject });
      this.#process.send({ kind: 'call', call, method, parameters }, () => undefined);
    });
  }

  /** Closes the host and ends its process. */
  async close(): Promise<void> {
    await this.call('close');
    await this.call('exit');
    await this.exited;
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<Exit> {
    this.#process.kill('SIGKILL');
    return this.exited;
  }

  #hear(message: Message): void {
    switch (message.kind) {
      case 'ready':
        this.#ready?.resolve(undefined as never);
        break;
      case 'failed':
        this.#ready?.reject(Object.assign(new Error(message.message), { code: message.code }));
        break;
      case 'log':
        this.#logs.push(message);
        break;
      case 'answer':
        this.#answered(message);
        break;
      case 'accepted':
      case 'rejected':
        this.#answers.get(message.id)?.(message);
        this.#answers.delete(message.id);
        this.#options.onAnswer?.(message);
    }
  }

  #answered({ call, value, error }: Extract<Message, { kind: 'answer' }>): void {
    const waiter = this.#calls.get(call);
    this.#calls.delete(call);
    if (error === undefined) waiter?.resolve(value as never);
    else waiter?.reject(Object.assign(new Error(error.message), error));
  }

  #ended(message: string): void {
    const error = new Error(message);
    this.#ready?.reject(error);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}
