import type { Failure } from '@dest/core';
import type { CallOutcome } from './call-destination';

/** The outcomes of one call, sorted by what they tell. */
export interface CallReport {
  /** How many worked, or were refused for good: whoever answers for an item, even by refusing it, is there. */
  readonly answered: number;
  /** Failures of the destination, in its own words. */
  readonly whole: readonly Failure[];
  /** Failures of items. */
  readonly single: readonly Failure[];
  /** Ids of all that failed, of either kind. */
  readonly failedIds: readonly string[];
}

/** @param batch - what was called, in the order of `outcomes` */
export function reportOf(batch: readonly { readonly id: string }[], outcomes: readonly CallOutcome[]): CallReport {
  const whole: Failure[] = [];
  const single: Failure[] = [];
  const failedIds: string[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === undefined || isAnswer(outcome)) continue;
    (outcome.scope === 'destination' ? whole : single).push(outcome);
    failedIds.push(batch[index]!.id);
  }
  return { answered: outcomes.length - failedIds.length, whole, single, failedIds };
}

/** Whether a failure is an answer: this item was refused for good. */
export function isAnswer({ scope, retry }: Failure): boolean {
  return scope === 'item' && retry === 'permanent';
}

/** The longest that the other side asked to wait, in milliseconds; 0 where it didn't ask. */
export function askedDelay(failures: readonly Failure[]): number {
  return failures.reduce((longest, { retryAfterMs }) => Math.max(longest, retryAfterMs ?? 0), 0);
}
