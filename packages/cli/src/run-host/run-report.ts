import type { Failure } from '@dest/core';
import type { LaneState, LaneStatus } from '@dest/host';
import { laneName } from '../operator/lane-name';
import type { IntakeCounts } from './intake-counts';
import type { IntakeReport } from './intake-report';
import type { RunTally } from './run-tally';

/** What became of one destination's deliveries while the host ran, and of an orphaned lane's. */
export interface LaneReport {
  /** The destination's id; the lane's name where it is orphaned. */
  readonly lane: string;
  /** `removed`: a reload took the destination out of the configuration. */
  readonly state: LaneState | 'removed';
  readonly delivered: number;
  readonly retried: number;
  readonly failed: number;
  /** Copies that did not fit into the lane. */
  readonly refused: number;
  /** Not delivered when the host ended. */
  readonly waiting: number;
  readonly lastFailure: { readonly code: string; readonly message: string } | null;
}

/** What `dest run --json` prints when it ends. */
export interface RunReport {
  readonly lines: {
    readonly read: number;
    readonly accepted: number;
    readonly duplicates: number;
    readonly bad: number;
    /** Read, and not taken since the host ended. */
    readonly notTaken: number;
    readonly firstNotTaken: number | null;
  };
  readonly lanes: readonly LaneReport[];
  /** Absent where there are none. */
  readonly intakes?: readonly IntakeReport[];
  /** Where what waits is kept: a file, or a plugin's outbox; null where it was memory, and is gone. */
  readonly outbox: string | null;
  readonly durationMs: number;
}

/**
 * @param before - taken just before the host was closed
 * @param left - taken when it was: nothing is delivered any more
 * @param configured - ids of the destinations that there are in the end
 */
export function reportLanes(
  before: readonly LaneStatus[],
  left: readonly LaneStatus[],
  tally: RunTally,
  counts: IntakeCounts,
  configured: ReadonlySet<string>,
): readonly LaneReport[] {
  const stillWaiting = new Map(left.map(({ lane, waiting }) => [laneName(lane), waiting]));
  const removed = [...new Set([...tally.destinations, ...counts.refused.keys()])].filter((id) => !configured.has(id));
  const lanes = before.map(({ destination, lane, state, lastFailure, ...status }): LaneReport => {
    const waiting = stillWaiting.get(laneName(lane)) ?? status.waiting;
    if (state === 'orphaned') {
      const nothing = { delivered: 0, retried: 0, failed: 0, refused: 0, lastFailure: null };
      return { lane: laneName(lane), state, waiting, ...nothing };
    }
    return { lane: destination, state, ...countsOf(destination, tally, counts, lastFailure), waiting };
  });
  return [
    ...lanes,
    // What of theirs still waits is in an orphaned lane.
    ...removed.map((id): LaneReport => ({
      lane: id,
      state: 'removed',
      ...countsOf(id, tally, counts, undefined),
      waiting: 0,
    })),
  ];
}

function countsOf(
  destination: string,
  tally: RunTally,
  { refused }: IntakeCounts,
  lastFailure: Failure | undefined,
): Omit<LaneReport, 'lane' | 'state' | 'waiting'> {
  const { delivered, retried, failed, lastFailed = lastFailure } = tally.of(destination);
  return {
    delivered,
    retried,
    failed,
    refused: refused.get(destination) ?? 0,
    lastFailure: lastFailed === undefined ? null : { code: lastFailed.code, message: lastFailed.message },
  };
}
