import type { Settlement } from '@dest/core';
import type { EnvelopeCache } from './envelope-cache';
import type { InflightFile } from './inflight-file';
import type { LaneState } from './lane-state';
import type { Outcome, SettleRun } from './protocol';
import { errorOf } from './error-of';

/** Who waits for settlements. */
export interface SettleWaiter {
  readonly settlements: readonly Settlement[];
  readonly lanes: readonly LaneState[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Settlements that went as one run, and what their outcome changes on this side. */
export class SettleBatch {
  readonly run: SettleRun;
  readonly waiters: SettleWaiter[] = [];
  readonly #cache: EnvelopeCache;
  readonly #inflight: () => InflightFile | undefined;

  constructor(run: SettleRun, cache: EnvelopeCache, inflight: () => InflightFile | undefined) {
    this.run = run;
    this.#cache = cache;
    this.#inflight = inflight;
  }

  take(outcome: Outcome): void {
    const inflight = this.#inflight();
    for (const { settlements, lanes, resolve, reject } of this.waiters) {
      for (let index = 0; index < settlements.length; index++) {
        const lane = lanes[index] as LaneState;
        if (--lane.settling === 0) lane.settlingUpTo = 0;
        if (!('fault' in outcome)) this.#note(settlements[index] as Settlement, lane, inflight);
      }
      if ('fault' in outcome) reject(errorOf(outcome.fault));
      else resolve();
    }
  }

  #note({ delivery, outcome, settledAt }: Settlement, { tail }: LaneState, inflight: InflightFile | undefined): void {
    const { id, sequence, envelope, tries } = delivery;
    const held = tail.find(sequence);
    const isHeld = held?.envelope === envelope && held.id === id;
    if (outcome.status !== 'retry') {
      inflight?.ended(id, undefined);
      if (isHeld) tail.remove(sequence);
      if (outcome.status === 'delivered') this.#cache.release(envelope);
      return;
    }
    inflight?.ended(id, tries);
    if (!isHeld) return;
    const { attempts, dueAt } = outcome;
    tail.replace({ ...held, attempts, tries, dueAt, scheduledAt: dueAt === 0 ? 0 : settledAt });
  }
}
