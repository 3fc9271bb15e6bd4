import type { Settlement } from '@dest/core';
import type { AcceptedText } from '../../envelope/accepted-text';
import type { AppendBatch } from './append-batch';
import type { PreparedAppend } from './prepare-append';
import {
  DELIVERED,
  FAILED,
  IS_REPLAY,
  RETRIED,
  type AppendRun,
  type Operation,
  type Outcome,
  type SettleRun,
} from './protocol';
import type { SettleBatch } from './settle-batch';

/** How many operations go into one transaction. */
const MAX_OPERATIONS = 5_000;

/** How much JSON goes into one transaction, but for a single envelope that is larger. */
const MAX_BYTES = 4_194_304;

/** What is done with what an operation, or a run of them, results in. */
export type OnOutcome = (outcome: Outcome) => void;

/** Collects operations that become one transaction. Appends and settlements that follow one another are put together. */
export class GroupBuilder {
  readonly operations: Operation[] = [];
  /** One for each operation. */
  readonly listeners: OnOutcome[] = [];
  /** Called in order when all listeners were. */
  readonly afterwards: (() => void)[] = [];
  #appends: AppendBatch | undefined;
  #settlements: SettleBatch | undefined;
  #size = 0;
  #appended = 0;
  #bytes = 0;
  /** Of each run of appends; put together when they are sent. */
  readonly #texts = new Map<Operation, (string | AcceptedText)[]>();

  get isFull(): boolean {
    return this.#size >= MAX_OPERATIONS || this.#bytes >= MAX_BYTES;
  }

  /** How many appends it has. */
  get appended(): number {
    return this.#appended;
  }

  add(operation: Operation, listener: OnOutcome): void {
    this.#size++;
    this.operations.push(operation);
    this.listeners.push(listener);
  }

  /** The batch of appends that the next append joins, where the last operation is one. */
  get openAppends(): AppendBatch | undefined {
    return this.operations.at(-1) === this.#appends?.run ? this.#appends : undefined;
  }

  get openSettlements(): SettleBatch | undefined {
    return this.operations.at(-1) === this.#settlements?.run ? this.#settlements : undefined;
  }

  /** Begins a batch of appends. */
  beginAppends(make: (run: AppendRun) => AppendBatch): AppendBatch {
    const run = emptyAppendRun();
    this.#texts.set(run, []);
    const batch = make(run);
    this.#appends = batch;
    this.add(run, (outcome) => batch.take(outcome));
    return batch;
  }

  addAppend(run: AppendRun, { id, acceptedAt, json, copies }: PreparedAppend, now: number): void {
    const length = typeof json === 'string' ? Buffer.byteLength(json) : json.bytes;
    this.#texts.get(run)?.push(json);
    run.ids.push(id);
    run.acceptedAt.push(acceptedAt);
    run.now.push(now);
    run.lengths.push(length);
    run.copies.push(copies.length);
    for (const { lane, flags, maxBytes, key, changes } of copies) {
      run.lanes.push(lane.number);
      run.flags.push(flags);
      run.maxBytes.push(maxBytes);
      run.keys.push(key);
      run.changes.push(changes);
    }
    this.#size++;
    this.#appended++;
    this.#bytes += length;
  }

  beginSettlements(make: (run: SettleRun) => SettleBatch): SettleBatch {
    const run: SettleRun = {
      type: 'settle',
      lanes: [],
      flags: [],
      sequences: [],
      ids: [],
      envelopes: [],
      bytes: [],
      details: [],
    };
    const batch = make(run);
    this.#settlements = batch;
    this.add(run, (outcome) => batch.take(outcome));
    return batch;
  }

  addSettlement(run: SettleRun, lane: number, { delivery, outcome, settledAt, pluginVersion }: Settlement): void {
    const { status } = outcome;
    const flag = status === 'delivered' ? DELIVERED : status === 'retry' ? RETRIED : FAILED;
    this.#size++;
    run.lanes.push(lane);
    run.flags.push(delivery.replay ? flag + IS_REPLAY : flag);
    run.sequences.push(delivery.sequence);
    run.ids.push(Number(delivery.id));
    run.envelopes.push(delivery.envelope);
    run.bytes.push(delivery.bytes);
    if (outcome.status === 'delivered') return;
    run.details.push({
      attempts: outcome.status === 'retry' ? outcome.attempts : delivery.attempts,
      dueAt: outcome.status === 'retry' ? outcome.dueAt : 0,
      tries: delivery.tries,
      settledAt,
      failure: JSON.stringify(outcome.failure),
      ...(outcome.status === 'failed' && outcome.lastTry !== undefined ? { lastTry: outcome.lastTry } : {}),
      ...(pluginVersion === undefined ? {} : { pluginVersion }),
    });
  }

  /** For the other thread. The texts are copied, and the copies moved there, so that it can be sent again. */
  toSend(): { readonly operations: readonly Operation[]; readonly transfers: ArrayBuffer[] } {
    const transfers: ArrayBuffer[] = [];
    const operations = this.operations.map((operation) => {
      if (operation.type !== 'append') return operation;
      const texts = putTogether(this.#texts.get(operation) ?? [], operation.lengths);
      transfers.push(texts.buffer);
      return { ...operation, texts };
    });
    return { operations, transfers };
  }
}

/** Not from the pool that others share: it is handed over. */
function putTogether(texts: readonly (string | AcceptedText)[], lengths: readonly number[]): Buffer<ArrayBuffer> {
  const all = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length, 0));
  let used = 0;
  for (const [index, text] of texts.entries()) {
    if (typeof text === 'string') all.write(text, used);
    else text.copyJson(all, used);
    used += lengths[index] as number;
  }
  return all;
}

const NO_TEXTS = new Uint8Array(0);

/** A run of no appends yet. */
export function emptyAppendRun(): AppendRun {
  return {
    type: 'append',
    ids: [],
    acceptedAt: [],
    now: [],
    lengths: [],
    copies: [],
    texts: NO_TEXTS,
    lanes: [],
    flags: [],
    maxBytes: [],
    keys: [],
    changes: [],
  };
}
