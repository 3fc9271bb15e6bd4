import { noopLogger, type OutboxReport } from '@dest/core';
import { inflightPathOf } from './crash-notes';
import { EnvelopeCache } from './envelope-cache';
import { GroupQueue } from './group-queue';
import { InflightFile } from './inflight-file';
import { LaneBook } from './lane-book';
import type { Notice, Operation, OperationResults, Outcome } from './protocol';
import type { SqliteOutboxOptions } from './sqlite-outbox-options';
import { errorOf, WorkerLink } from './worker-link';

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
  readonly #opened: Promise<OutboxReport>;
  #inflight: InflightFile | undefined;

  constructor({ path, dedupeWindowMs, ballastBytes, logger = noopLogger }: SqliteOutboxOptions) {
    this.#path = path;
    this.#link = new WorkerLink(
      { path, dedupeWindowMs, ballastBytes: ballastBytes ?? DEFAULT_BALLAST_BYTES },
      {
        onNotice: ({ level, message, fields }: Notice) => logger[level](message, fields),
        onDeath: (fault) => {
          logger.error(fault.message, { code: fault.code });
          this.queue.fail(fault);
        },
      },
    );
    this.queue = new GroupQueue(this.#link, this.lanes);
    this.#opened = this.#open();
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

  async #open(): Promise<OutboxReport> {
    const report = await this.#link.opened;
    // The worker has read what an earlier process left in it.
    this.#inflight = new InflightFile(inflightPathOf(this.#path));
    this.#link.keepAlive(false);
    return report;
  }
}
