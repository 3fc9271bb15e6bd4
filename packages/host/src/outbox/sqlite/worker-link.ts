import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConfigurationError, TransientError, type OutboxReport } from '@dest/core';
import type { GroupBuilder } from './group-builder';
import type { FaultText } from './outbox-fault';
import type { Notice, Outcome, Reply, Request, WorkerOptions } from './protocol';

/** The compiled worker, also where this is run from the sources. */
function workerFile(): string {
  const beside = join(__dirname, 'worker.js');
  return existsSync(beside) ? beside : join(__dirname, '../../../dist/outbox/sqlite/worker.js');
}

export interface WorkerLinkListener {
  readonly onNotice: (notice: Notice) => void;
  /** The thread ended without having been asked to. Called once; nothing is answered any more. */
  readonly onDeath: (fault: FaultText) => void;
}

/** The thread that owns the file, and what passes to and fro. One group is under way at a time. */
export class WorkerLink {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #listener: WorkerLinkListener;
  readonly #opened: Promise<OutboxReport>;
  #onOpened: { readonly resolve: (report: OutboxReport) => void; readonly reject: (error: Error) => void } | undefined;
  #onGroup: ((outcomes: readonly Outcome[]) => void) | undefined;
  readonly #later = new Map<number, (outcome: Outcome) => void>();
  #onClosed: (() => void) | undefined;
  #ended = false;

  constructor(options: WorkerOptions, listener: WorkerLinkListener) {
    this.#path = options.path;
    this.#listener = listener;
    this.#worker = new Worker(workerFile(), { workerData: options, execArgv: [], name: 'dest-outbox' });
    this.#opened = new Promise((resolve, reject) => (this.#onOpened = { resolve, reject }));
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    this.#worker.on('messageerror', (error) => this.#die(error));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(new Error(`it ended with ${code}`)));
  }

  get opened(): Promise<OutboxReport> {
    return this.#opened;
  }

  /** Whether the process stays alive for it. */
  keepAlive(keep: boolean): void {
    if (keep) this.#worker.ref();
    else this.#worker.unref();
  }

  send(
    group: GroupBuilder,
    lanes: Extract<Request, { type: 'group' }>['lanes'],
    onOutcomes: (outcomes: readonly Outcome[]) => void,
  ): void {
    this.#onGroup = onOutcomes;
    const request: Request = { type: 'group', lanes, operations: group.operations };
    this.#worker.postMessage(request, group.transfers());
  }

  /** Calls `listener` when what was promised is there. */
  later(ticket: number, listener: (outcome: Outcome) => void): void {
    this.#later.set(ticket, listener);
  }

  /** Lets the thread finish and end. */
  async close(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      this.#worker.ref();
      this.#worker.postMessage({ type: 'close' } satisfies Request);
    });
  }

  #take(reply: Reply): void {
    switch (reply.type) {
      case 'opened':
        return this.#onOpened?.resolve(reply.report);
      case 'failed':
        this.#ended = true;
        return this.#onOpened?.reject(errorOf(reply.fault));
      case 'group':
        return this.#onGroup?.(reply.outcomes);
      case 'later': {
        const listener = this.#later.get(reply.ticket);
        this.#later.delete(reply.ticket);
        return listener?.(reply.outcome);
      }
      case 'notice':
        return this.#listener.onNotice(reply.notice);
      case 'closed':
        this.#ended = true;
        return;
    }
  }

  #die(error: Error): void {
    this.#onClosed?.();
    if (this.#ended) return;
    this.#ended = true;
    const fault: FaultText = {
      retry: 'transient',
      code: 'OUTBOX_WORKER_DIED',
      message: `The thread that keeps the outbox ${this.#path} ended: ${error.message}. What waits is in the file; start the host again.`,
    };
    this.#onOpened?.reject(errorOf(fault));
    this.#listener.onDeath(fault);
    for (const listener of this.#later.values()) listener({ fault });
    this.#later.clear();
  }
}

/** As an error of the contract. */
export function errorOf({ retry, code, message }: FaultText): Error {
  return retry === 'configuration' ? new ConfigurationError(message, { code }) : new TransientError(message, { code });
}
