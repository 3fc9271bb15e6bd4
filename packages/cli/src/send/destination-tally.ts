import type { Failure, SkipReason } from '@dest/core';
import { LatencyHistogram } from './latency-histogram';

/** What became of everything that one destination was offered. */
export class DestinationTally {
  readonly latency = new LatencyHistogram();
  readonly skipped = new Map<SkipReason, number>();
  matched = 0;
  /** What waited when counting began, of earlier runs; it counts as delivered, retried or failed like the rest. */
  earlier = 0;
  refused = 0;
  delivered = 0;
  /** Tries that failed and are made again. */
  retried = 0;
  failed = 0;
  /** Why the last delivery failed for good. */
  lastFailed: Failure | undefined;

  /** Matched, and neither refused nor settled yet. */
  get open(): number {
    return this.matched - this.refused - this.delivered - this.failed;
  }
}
