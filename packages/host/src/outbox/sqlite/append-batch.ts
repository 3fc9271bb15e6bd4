import type { AcceptedEnvelope, AppendReceipt, NewDelivery, StoredDelivery } from '@dest/core';
import { freshDelivery } from '@dest/core/outbox';
import type { EnvelopeCache } from './envelope-cache';
import type { InflightFile } from './inflight-file';
import type { LaneState } from './lane-state';
import type { AppendDetail, AppendRun, AppendRunResult, Outcome } from './protocol';
import { toDelivery } from './to-delivery';
import { errorOf } from './error-of';

/** Who waits for an append. */
export interface AppendWaiter {
  readonly accepted: AcceptedEnvelope;
  readonly copies: readonly NewDelivery[];
  readonly lanes: readonly LaneState[];
  readonly resolve: (receipt: AppendReceipt) => void;
  readonly reject: (error: Error) => void;
}

/** What is kept up to date with what is appended. */
export interface AppendedParts {
  readonly cache: EnvelopeCache;
  readonly inflight: () => InflightFile | undefined;
}

const NOTHING: readonly never[] = Object.freeze([]);

/** Appends that went as one run, and what their outcome changes on this side. */
export class AppendBatch {
  readonly run: AppendRun;
  readonly waiters: AppendWaiter[] = [];
  readonly #parts: AppendedParts;

  constructor(run: AppendRun, parts: AppendedParts) {
    this.run = run;
    this.#parts = parts;
  }

  take(outcome: Outcome): void {
    for (const { copies, lanes } of this.waiters) noteAnswered(copies, lanes);
    if ('fault' in outcome) {
      for (const { reject } of this.waiters) reject(errorOf(outcome.fault));
      return;
    }
    const { sequences, details } = (outcome as { readonly result: unknown }).result as AppendRunResult;
    let next = 0;
    for (const [index, waiter] of this.waiters.entries()) {
      const sequence = sequences[index] as number;
      const bytes = this.run.lengths[index] as number;
      const receipt =
        sequence < 0
          ? this.#receiptOf(waiter, details[next++] as AppendDetail, bytes)
          : this.#plainReceiptOf(waiter, sequence, bytes);
      waiter.resolve(receipt);
    }
  }

  /** All copies were kept as new ones. */
  #plainReceiptOf({ accepted, copies, lanes }: AppendWaiter, sequence: number, bytes: number): AppendReceipt {
    const shared = copies.length > 1;
    const envelope = sequence * 2 + (shared ? 1 : 0);
    const deliveries = copies.map((copy, index) =>
      this.#addNew(copy, lanes[index] as LaneState, accepted, { envelope, sequence: sequence + index, bytes }),
    );
    if (copies.length > 0) this.#parts.cache.add(envelope, accepted, bytes, copies.length);
    return { duplicate: false, deliveries, refused: NOTHING, dropped: NOTHING, coalesced: NOTHING };
  }

  #receiptOf({ accepted, copies, lanes }: AppendWaiter, detail: AppendDetail, bytes: number): AppendReceipt {
    const { cache } = this.#parts;
    const { duplicate, envelope } = detail;
    const destinationOf = (copy: number): string => (copies[copy] as NewDelivery).lane.destination;
    const coalesced = new Map(detail.coalesced.map((change) => [change.copy, change]));
    for (const { copy, sequence, envelope: gone } of detail.dropped) {
      (lanes[copy] as LaneState).tail.remove(sequence);
      cache.release(gone);
    }
    const changed: StoredDelivery[] = [];
    const deliveries = detail.kept.map(({ copy, id }) => {
      const change = coalesced.get(copy);
      const lane = lanes[copy] as LaneState;
      if (change === undefined) {
        return this.#addNew(copies[copy] as NewDelivery, lane, accepted, { envelope, sequence: id, bytes });
      }
      const stored = toDelivery(lane.identity, change.row, false);
      lane.tail.replace(stored);
      cache.release(change.replaced);
      this.#parts.inflight()?.ended(stored.id, stored.tries);
      changed.push(stored);
      return { id: stored.id, destination: destinationOf(copy) };
    });
    if (detail.kept.length > 0) cache.add(envelope, accepted, bytes, detail.kept.length);
    return {
      duplicate,
      deliveries,
      refused: detail.refused.map((copy) => ({ destination: destinationOf(copy), reason: 'lane-full' })),
      dropped: detail.dropped.map(({ copy, id }) => ({ id: String(id), destination: destinationOf(copy) })),
      coalesced: changed,
    };
  }

  #addNew(
    copy: NewDelivery,
    lane: LaneState,
    { acceptedAt }: AcceptedEnvelope,
    { envelope, sequence, bytes }: { readonly envelope: number; readonly sequence: number; readonly bytes: number },
  ): AppendReceipt['deliveries'][number] {
    const id = String(sequence);
    const given = {
      lane: lane.identity,
      id,
      sequence,
      envelope,
      waitingSince: acceptedAt,
      tries: 0,
      bytes,
      replay: false,
    };
    lane.tail.append(freshDelivery(given, copy));
    return { id, destination: lane.identity.destination };
  }
}

/** Whether an append to a lane may also take something away from it. */
export function mayRemove({ coalesce, limit }: NewDelivery): boolean {
  return coalesce === true || limit.whenFull === 'drop-oldest';
}

function noteAnswered(copies: readonly NewDelivery[], lanes: readonly LaneState[]): void {
  for (let index = 0; index < copies.length; index++) {
    const lane = lanes[index] as LaneState;
    if (mayRemove(copies[index] as NewDelivery)) lane.changing--;
    else lane.adding--;
  }
}
