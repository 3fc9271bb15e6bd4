import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LaneIdentity, OutboxReport } from '@dest/core';
import { ExitBrake } from './exit-brake';
import type { GroupBuilder } from './group-builder';
import type { FaultText } from './outbox-fault';
import type { Notice, Outcome, Reply, Request, WorkerOptions, WorkerStage, WorkerStart } from './protocol';

/** The compiled worker, also where this is run from the sources. */
function workerFile(): string {
  const beside = join(__dirname, 'worker.js');
  return existsSync(beside) ? beside : join(__dirname, '../../../dist/outbox/sqlite/worker.js');
}

export interface WorkerLinkListener {
  readonly onNotice: (notice: Notice) => void;
  /** It is open, for the first time or again after it was mended: then what was under way has to be sent again. */
  readonly onOpened: (report: OutboxReport) => void;
  readonly onGroup: (outcomes: readonly Outcome[], commitMs: number) => void;
  /** The file can't be opened, or the thread ended without having been asked to. Nothing is answered any more. */
  readonly onEnd: (fault: FaultText) => void;
}

/** The thread that owns the file, and what passes to and fro. One group is under way at a time. */
export class WorkerLink {
  readonly #options: WorkerOptions;
  readonly #listener: WorkerLinkListener;
  readonly #later = new Map<number, (outcome: Outcome) => void>();
  #worker: Worker;
  #next: WorkerStage | undefined;
  readonly #brake = new ExitBrake();
  #wasOpened = false;
  #isWanted = true;
  #isKeptAlive = true;
  #onClosed: (() => void) | undefined;
  #ended = false;

  constructor(options: WorkerOptions, listener: WorkerLinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#worker = this.#spawn({ stage: 'open', warnings: [], lost: 0 });
    process.once('exit', this.#brake.stop);
  }

  /** Whether the process stays alive for it, also where nothing was promised for later. */
  keepAlive(keep: boolean): void {
    this.#isWanted = keep;
    const isNeeded = keep || this.#later.size > 0;
    if (this.#isKeptAlive === isNeeded) return;
    this.#isKeptAlive = isNeeded;
    if (isNeeded) this.#worker.ref();
    else this.#worker.unref();
  }

  /** @param lanes - those that are numbered from now on */
  send(group: GroupBuilder, lanes: readonly LaneIdentity[]): void {
    const { operations, transfers } = group.toSend();
    this.#worker.postMessage({ type: 'group', lanes, operations } satisfies Request, transfers);
  }

  /** Calls `listener` when what was promised is there. */
  later(ticket: number, listener: (outcome: Outcome) => void): void {
    this.#later.set(ticket, listener);
    this.keepAlive(this.#isWanted);
  }

  /** Lets the thread finish and end. */
  async close(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      this.keepAlive(true);
      this.#askToClose();
    });
  }

  #askToClose(): void {
    this.#worker.postMessage({ type: 'close' } satisfies Request);
  }

  #spawn(stage: WorkerStage): Worker {
    const workerData: WorkerStart = {
      ...this.#options,
      ...stage,
      brake: this.#brake.memory,
      isAgain: this.#wasOpened,
    };
    const worker = new Worker(workerFile(), { workerData, execArgv: [], name: 'dest-outbox' });
    let cause = 'it ended by itself';
    worker.on('message', (reply: Reply) => this.#take(reply));
    worker.on('error', (error: unknown) => (cause = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#exited(cause));
    return worker;
  }

  #take(reply: Reply): void {
    switch (reply.type) {
      case 'opened':
        this.#wasOpened = true;
        this.#listener.onOpened(reply.report);
        // The thread that was asked before had to go, since the file was damaged.
        if (this.#onClosed !== undefined) this.#askToClose();
        return;
      case 'failed':
        return this.#end(reply.fault);
      case 'group':
        return this.#listener.onGroup(reply.outcomes, reply.commitMs);
      case 'later':
        return this.#takeLater(reply.ticket, reply.outcome);
      case 'notice':
        return this.#listener.onNotice(reply.notice);
      case 'restart':
        this.#next = reply.next;
        return;
      case 'closed':
        this.#ended = true;
        return;
    }
  }

  /** The next one may open the file only now: until then this one may hold its lock. */
  #exited(cause: string): void {
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) return this.#restart(next);
    process.off('exit', this.#brake.stop);
    this.#onClosed?.();
    const { path } = this.#options;
    this.#end({
      retry: 'transient',
      code: 'OUTBOX_WORKER_DIED',
      message: `The thread that keeps the outbox ${path} ended: ${cause}. What waits is in the file; start the host again.`,
    });
  }

  #restart(next: WorkerStage): void {
    const { path } = this.#options;
    this.#failLater({
      retry: 'transient',
      code: 'OUTBOX_FAILED',
      message: `The outbox file ${path} turned out to be damaged and is mended. Ask again.`,
    });
    this.#worker = this.#spawn(next);
    if (!this.#isKeptAlive) this.#worker.unref();
  }

  #end(fault: FaultText): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener.onEnd(fault);
    this.#failLater(fault);
  }

  #takeLater(ticket: number, outcome: Outcome): void {
    const listener = this.#later.get(ticket);
    this.#later.delete(ticket);
    this.keepAlive(this.#isWanted);
    listener?.(outcome);
  }

  #failLater(fault: FaultText): void {
    for (const ticket of [...this.#later.keys()]) this.#takeLater(ticket, { fault });
  }
}
