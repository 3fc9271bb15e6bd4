import type { SkipReason } from '@dest/core';
import type { Application, ConfiguredDestination, LaneState, LaneStatus } from '@dest/host';
import type { BadLine } from '../input/bad-line';
import type { DeliveryTally } from './delivery-tally';
import type { DestinationTally } from './destination-tally';

/** What became of everything that one destination was offered; what `dest send --json` prints of it. */
export interface DestinationReport {
  readonly destination: string;
  readonly matched: number;
  /** Waited from earlier runs when this one began: they count as delivered, retried, failed or waiting as well. */
  readonly earlier: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly delivered: number;
  /** Tries that failed and were made again. */
  readonly retried: number;
  readonly failed: number;
  /** Neither delivered nor given up when the run ended. */
  readonly waiting: number;
  /** Did not fit into the lane: refused, or dropped to make room, as `whenFull` says. */
  readonly refused: number;
  /** Gave way to a later version of the same profile, as `coalesce` says. */
  readonly replaced: number;
  /** Milliseconds from acceptance to delivery; null where nothing was delivered. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly state: LaneState;
  readonly lastFailure: { readonly code: string; readonly message: string } | null;
}

/** What became of a run: what `dest send --json` prints. */
export interface SendReport {
  readonly lines: {
    readonly read: number;
    readonly accepted: number;
    readonly duplicates: number;
    readonly bad: number;
  };
  /** The first of them. */
  readonly badLines: readonly BadLine[];
  readonly destinations: readonly DestinationReport[];
  readonly durationMs: number;
}

/**
 * Reports on every destination, in the configuration's order.
 *
 * @param lanes - as they were before the host was closed
 * @param openBefore - how many of a destination's deliveries were not settled at that time
 */
export function reportDestinations(
  application: Application,
  tally: DeliveryTally,
  lanes: readonly LaneStatus[],
  openBefore: ReadonlyMap<string, number>,
): readonly DestinationReport[] {
  return application.destinations.map((configured) => {
    const { id } = configured.compiled.destination;
    const lane = lanes.find(({ destination }) => destination === id) as LaneStatus;
    return reportOne(configured, tally.of(id), lane, openBefore.get(id) ?? 0);
  });
}

function reportOne(
  { compiled, issues }: ConfiguredDestination,
  tally: DestinationTally,
  lane: LaneStatus,
  openBefore: number,
): DestinationReport {
  // What was under way when the host was closed may have arrived since; what the lane no longer held was removed from it.
  const settledSince = openBefore - tally.open;
  const waiting = Math.max(0, lane.waiting - settledSince);
  const { coalesce, whenFull } = compiled.destination.delivery;
  const gone = Math.max(0, tally.earlier + tally.open - waiting);
  const replaced = coalesce === 'latest' ? gone : 0;
  const dropped = whenFull === 'drop-oldest' ? gone - replaced : 0;
  const failure = (tally.failed > 0 ? tally.lastFailed : undefined) ?? lane.lastFailure ?? issues[0];
  return {
    destination: compiled.destination.id,
    matched: tally.matched,
    earlier: tally.earlier,
    skipped: Object.fromEntries(tally.skipped),
    delivered: tally.delivered,
    retried: tally.retried,
    failed: tally.failed,
    waiting,
    refused: tally.refused + dropped,
    replaced,
    p50Ms: tally.latency.quantile(0.5) ?? null,
    p99Ms: tally.latency.quantile(0.99) ?? null,
    state: lane.state,
    lastFailure: failure === undefined ? null : { code: failure.code, message: failure.message },
  };
}
