import type { LaneIdentity } from '@dest/core';
import type { DeliveryRow } from './delivery-row';
import type { LaneRow } from './lane-table';
import { STEP_ROWS, type Steps } from './steps';
import type { Tables } from './tables';

/** Puts what waits in a lane at the end of another. */
export function* moveLane(tables: Tables, from: LaneIdentity, to: LaneIdentity): Steps<number> {
  const source = tables.lanes.find(from);
  if (source === undefined) return 0;
  const target = tables.lanes.findOrMake(to);
  if (source === target) return 0;
  return yield* forEachWaiting(tables, from, (row, lane) => {
    const goal = tables.lanes.findOrMake(to);
    remove(tables, lane, row);
    const forgetting = tables.forgettingOf(row.envelope);
    if (forgetting !== undefined) return forgetting.tookDelivery(row.movedId ?? row.sequence, from.destination);
    const moved = {
      ...row,
      lane: goal.number + (row.lane - lane.number),
      sequence: tables.takeSequences(1),
      movedId: row.movedId ?? row.sequence,
    };
    tables.deliveries.insert(moved, goal.coalesces);
    tables.lanes.count(goal, 1, row.bytes);
  });
}

/** Removes what waits in a lane. */
export function* dropLane(tables: Tables, identity: LaneIdentity): Steps<number> {
  return yield* forEachWaiting(tables, identity, (row, lane) => {
    remove(tables, lane, row);
    tables.envelopes.release(row.envelope);
  });
}

function remove(tables: Tables, lane: LaneRow, { lane: number, sequence, envelope, bytes }: DeliveryRow): void {
  tables.deliveries.delete(number, sequence, envelope);
  tables.lanes.count(lane, -1, -bytes);
  tables.forgetCrashes(number, sequence);
}

/** Calls `take`, which removes it from there, for all that waits in a lane by now, not for what comes later. */
function* forEachWaiting(
  tables: Tables,
  identity: LaneIdentity,
  take: (row: DeliveryRow, lane: LaneRow) => void,
): Steps<number> {
  const upTo = tables.sequence;
  let count = 0;
  for (const replays of [0, 1]) {
    for (let isFirst = true; ; isFirst = false) {
      if (!isFirst) yield 'inside';
      // Looked up in each step: it was read anew where something failed in between.
      const lane = tables.lanes.find(identity);
      if (lane === undefined) break;
      const rows = tables.deliveries.read(lane.number + replays, 0, STEP_ROWS, false);
      const waiting = rows.filter(({ sequence }) => sequence <= upTo);
      for (const row of waiting) take(row, lane);
      count += waiting.length;
      if (waiting.length < STEP_ROWS) break;
    }
  }
  return count;
}
