import type { LaneIdentity, StoredDelivery } from '@dest/core';
import type { JournalEntry } from './journal-entry';
import type { BasicParts } from './basic-parts';

/** Has every host let go of what waits in a lane, also of what comes later and was published before. Returns how many were here. */
export async function dropLane({ held, journal, numbers }: BasicParts, lane: LaneIdentity): Promise<number> {
  const { waiting } = held.store.laneOf(lane).size();
  await journal.write({ kind: 'lane-dropped', lane, before: numbers.next() });
  return waiting;
}

/** Lets go of what this host holds of a lane. Returns what that was. */
export function letGoOfLane(
  { held, arrivals }: BasicParts,
  { lane, before }: JournalEntry & { readonly kind: 'lane-dropped' },
): readonly StoredDelivery[] {
  const all = held.store.laneOf(lane).all();
  const dropped = all.filter(({ sequence }) => sequence < before);
  for (const { id } of dropped) arrivals.remove(id);
  return dropped;
}
