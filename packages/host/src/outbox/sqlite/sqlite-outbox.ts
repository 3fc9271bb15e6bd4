import {
  TransientError,
  type AcceptedEnvelope,
  type AppendReceipt,
  type DeadLetter,
  type DeadLetterFilter,
  type ForgetReceipt,
  type LaneIdentity,
  type LaneSize,
  type LoadedDeadLetter,
  type NewDelivery,
  type Outbox,
  type OutboxReport,
  type ReadOptions,
  type ReplayReceipt,
  type Settlement,
  type StoredDelivery,
} from '@dest/core';
import { needProfileId } from '@dest/core/outbox';
import { AppendBatch, mayRemove } from './append-batch';
import type { Operation } from './protocol';
import { prepareAppend } from './prepare-append';
import { SettleBatch } from './settle-batch';
import type { SqliteOutboxOptions } from './sqlite-outbox-options';
import { SqliteSession, type ResultOf } from './sqlite-session';
import { unpackEnvelopes } from './stored-envelopes';
import { toDelivery } from './to-delivery';

/**
 * Keeps everything in a file, by SQLite, in a thread of its own. What an append resolved for is on disk. One process has the
 * file at a time.
 */
export class SqliteOutbox implements Outbox {
  readonly #options: SqliteOutboxOptions;
  #session: SqliteSession | undefined;
  #opening: Promise<OutboxReport> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SqliteOutboxOptions) {
    this.#options = options;
  }

  open(): Promise<OutboxReport> {
    return (this.#opening ??= this.#open());
  }

  append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt> {
    return new Promise((resolve, reject) => {
      const { lanes: book, queue, cache } = this.#opened();
      const prepared = prepareAppend(accepted, deliveries, book);
      const group = queue.openForAppend();
      const inflight = (): SqliteSession['inflight'] => this.#session?.inflight;
      const batch = group.openAppends ?? group.beginAppends((run) => new AppendBatch(run, { cache, inflight }));
      group.addAppend(batch.run, prepared, this.#options.clock.now());
      const lanes = prepared.copies.map(({ lane }, index) => {
        if (mayRemove(deliveries[index] as NewDelivery)) lane.changing++;
        else lane.adding++;
        return lane;
      });
      batch.waiters.push({ accepted, copies: deliveries, lanes, resolve, reject });
    });
  }

  async read(lane: LaneIdentity, options: ReadOptions): Promise<readonly StoredDelivery[]> {
    const { lanes, queue } = this.#opened();
    const pending = lanes.of(lane);
    const { tail } = pending;
    const found = tail.read(options);
    if (found === undefined) return this.#readFrom(lane, options.which, options.after, options.limit);
    const mayLack = pending.changing > 0 || (pending.settling > 0 && pending.settlingUpTo > options.after);
    if (!mayLack && (found.length >= options.limit || pending.adding === 0)) return found;
    await new Promise<void>((resolve) => queue.afterwards(resolve));
    return tail.read(options) ?? this.#readFrom(lane, options.which, options.after, options.limit);
  }

  async readRetries(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#readFrom(lane, 'retries', 0, limit);
  }

  async readReplays(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#readFrom(lane, 'replays', 0, limit);
  }

  async load(deliveries: readonly StoredDelivery[]): Promise<readonly (AcceptedEnvelope | undefined)[]> {
    const { cache } = this.#opened();
    const found = deliveries.map(({ envelope }) => cache.get(envelope));
    const missing = deliveries.filter((_, index) => found[index] === undefined).map(({ envelope }) => envelope);
    if (missing.length === 0) return found;
    const envelopes = [...new Set(missing)];
    const loaded = unpackEnvelopes(await this.#ask({ type: 'load', envelopes }));
    const byNumber = new Map(envelopes.map((envelope, index) => [envelope, loaded[index]]));
    return found.map((cached, index) => cached ?? byNumber.get((deliveries[index] as StoredDelivery).envelope));
  }

  started(deliveries: readonly StoredDelivery[]): void {
    const { inflight, lanes } = this.#opened();
    inflight?.started(deliveries, ({ lane }) => lanes.of(lane));
  }

  ending(): void {
    this.#session?.inflight?.ending();
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const { lanes: book, queue, cache } = this.#opened();
      if (settlements.length === 0) return resolve();
      const group = queue.open;
      const inflight = (): SqliteSession['inflight'] => this.#session?.inflight;
      const batch = group.openSettlements ?? group.beginSettlements((run) => new SettleBatch(run, cache, inflight));
      const lanes = settlements.map((settlement) => {
        const lane = book.of(settlement.delivery.lane);
        lane.settling++;
        lane.settlingUpTo = Math.max(lane.settlingUpTo, settlement.delivery.sequence);
        group.addSettlement(batch.run, lane.number, settlement);
        return lane;
      });
      batch.waiters.push({ settlements, lanes, resolve, reject });
    });
  }

  async size(lane: LaneIdentity): Promise<LaneSize> {
    return this.#ask({ type: 'size', lane });
  }

  async lanes(): Promise<readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[]> {
    return this.#ask({ type: 'lanes' });
  }

  async moveLane(from: LaneIdentity, to: LaneIdentity): Promise<number> {
    return this.#changing([from, to], () => this.#ask({ type: 'moveLane', from, to }));
  }

  async dropLane(lane: LaneIdentity): Promise<number> {
    return this.#changing([lane], () => this.#ask({ type: 'dropLane', lane }));
  }

  async deadLetters(
    filter: DeadLetterFilter,
    { after, limit }: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    return this.#ask({ type: 'deadLetters', filter, after: after === undefined ? 0 : Number(after), limit });
  }

  async countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#ask({ type: 'countDeadLetters', filter });
  }

  async deadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    return this.#ask({ type: 'deadLetter', id: Number(id) });
  }

  async dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#changing([], () => this.#ask({ type: 'dropDeadLetters', filter }));
  }

  async replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt> {
    return this.#ask({ type: 'replayDeadLetters', filter, lanes, now: this.#options.clock.now() });
  }

  async forget(profileId: string): Promise<ForgetReceipt> {
    needProfileId(profileId);
    const { lanes } = this.#opened();
    const all = Array.from(lanes.all(), ({ identity }) => identity);
    const { gone: _, ...receipt } = await this.#changing(all, () => this.#ask({ type: 'forget', profileId }));
    return receipt;
  }

  async countQuarantined(): Promise<number> {
    return this.#ask({ type: 'countQuarantined' });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #open(): Promise<OutboxReport> {
    if (this.#closing !== undefined) throw closedError(this.#options.path);
    const session = new SqliteSession(this.#options);
    const report = await session.opened;
    this.#session = session;
    return report;
  }

  async #close(): Promise<void> {
    // Whoever opened it is told what went wrong.
    await this.#opening?.catch(() => undefined);
    const session = this.#session;
    if (session === undefined) return;
    await session.close();
    this.#session = undefined;
  }

  /** Holds nothing of these lanes on this side, nor of envelopes, while something else than appends and settlements changes them. */
  async #changing<Result>(lanes: readonly LaneIdentity[], change: () => Promise<Result>): Promise<Result> {
    const { lanes: book, cache } = this.#opened();
    const states = lanes.map((lane) => book.of(lane));
    for (const { tail } of states) tail.suspend();
    try {
      return await change();
    } finally {
      for (const { tail } of states) tail.resume();
      cache.clear();
    }
  }

  async #readFrom(
    lane: LaneIdentity,
    which: ReadOptions['which'] | 'retries' | 'replays',
    after: number,
    limit: number,
  ): Promise<readonly StoredDelivery[]> {
    const { identity } = this.#opened().lanes.of(lane);
    const rows = await this.#ask({ type: 'read', lane: identity, which, after, limit });
    return rows.map((row) => toDelivery(identity, row, which === 'replays'));
  }

  async #ask<Asked extends Operation>(operation: Asked): Promise<ResultOf<Asked>> {
    return this.#opened().ask(operation);
  }

  #opened(): SqliteSession {
    if (this.#session === undefined || this.#closing !== undefined) throw closedError(this.#options.path);
    return this.#session;
  }
}

function closedError(path: string): TransientError {
  return new TransientError(`The outbox ${path} is not open. Open it first; one that was closed is not opened again.`, {
    code: 'OUTBOX_CLOSED',
  });
}
