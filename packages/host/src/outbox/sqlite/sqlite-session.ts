import { noopLogger, type Logger, type OutboxReport } from '@dest/core';
import { inflightPathOf } from './crash-notes';
import { EnvelopeCache } from './envelope-cache';
import { GroupQueue } from './group-queue';
import { InflightFile } from './inflight-file';
import { LaneBook } from './lane-book';
import type { FaultText } from './outbox-fault';
import type { Notice, Operation, OperationResults, Outcome } from './protocol';
import type { SqliteOutboxOptions } from './sqlite-outbox-options';
import { errorOf } from './error-of';
import { WorkerLink } from './worker-link';

const DEFAULT_BALLAST_BYTES = 16_777_216;

/** What an operation results in. */
export type ResultOf<Asked extends Operation> = OperationResults[Asked['type']];

/** One thread that has the file open, and what this side knows of it. */
export class SqliteSession {
  readonly lanes = new LaneBook();
  readonly cache = new EnvelopeCache();
  readonly queue: GroupQueue;
  readonly #path: string;
  readonly #link: WorkerLink;
  readonly #logger: Logger;
  readonly #opened: Promise<OutboxReport>;
  #onOpened: { readonly resolve: (report: OutboxReport) => void; readonly reject: (error: Error) => void } | undefined;
  #inflight: InflightFile | undefined;

  constructor({ path, dedupeWindowMs, ballastBytes, logger = noopLogger }: SqliteOutboxOptions) {
    this.#path = path;
    this.#logger = logger;
    this.#opened = new Promise((resolve, reject) => (this.#onOpened = { resolve, reject }));
    this.#link = new WorkerLink(
      { path, dedupeWindowMs, ballastBytes: ballastBytes ?? DEFAULT_BALLAST_BYTES },
      {
        onNotice: ({ level, message, fields }: Notice) => logger[level](message, fields),
        onOpened: (report) => this.#take(report),
        onGroup: (outcomes, commitMs) => this.queue.answered(outcomes, commitMs),
        onEnd: (fault) => this.#end(fault),
      },
    );
    this.queue = new GroupQueue(this.#link, this.lanes);
  }

  /** @throws what keeps the file from being used */
  get opened(): Promise<OutboxReport> {
    return this.#opened;
  }

  /** Where what is in flight is noted; undefined until it is open. */
  get inflight(): InflightFile | undefined {
    return this.#inflight;
  }

  /** Asks for one operation. */
  ask<Asked extends Operation>(operation: Asked): Promise<ResultOf<Asked>> {
    return new Promise((resolve, reject) => {
      const take = (outcome: Outcome): void => {
        if ('later' in outcome) this.#link.later(outcome.later, take);
        else if ('fault' in outcome) reject(errorOf(outcome.fault));
        else resolve(outcome.result as ResultOf<Asked>);
      };
      this.queue.open.add(operation, take);
    });
  }

  /** Finishes what was asked for. */
  async close(): Promise<void> {
    await this.queue.idle();
    await this.#link.close();
    this.#inflight?.close();
    this.#inflight = undefined;
    this.cache.clear();
  }

  #take(report: OutboxReport): void {
    const first = this.#onOpened;
    this.#onOpened = undefined;
    if (first === undefined) return this.#goOn(report);
    // The worker has read what an earlier process left in it.
    this.#inflight = new InflightFile(inflightPathOf(this.#path), this.#logger);
    this.#link.keepAlive(false);
    first.resolve(report);
  }

  /** The file was mended by the way. */
  #goOn({ warnings, quarantined }: OutboxReport): void {
    for (const warning of warnings) this.#logger.error(warning, { path: this.#path, records: quarantined });
    this.queue.repeat();
  }

  #end(fault: FaultText): void {
    const first = this.#onOpened;
    this.#onOpened = undefined;
    if (first !== undefined) return first.reject(errorOf(fault));
    this.#logger.error(fault.message, { code: fault.code });
    this.queue.fail(fault);
  }
}
