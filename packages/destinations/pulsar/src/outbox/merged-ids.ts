import type { AcceptedId } from './journal-entry';
import type { JournalTrace } from './journal-trace';
import type { Kept } from './topic-keeper';

/** An entry with fewer is small. */
const FEW = 500;

/** Small ones are merged when there are so many, */
const MANY_ENTRIES = 200;

/** or when they have so many ids together; a merged one has no more. */
const MANY_IDS = 2_000;

/** Whether the ids of an entry are held, so that they can be merged with others. */
export function isMergeable(ids: readonly AcceptedId[]): boolean {
  // Who is owed is said by the last entry: those stay in their order.
  return ids.length < FEW && ids.every(({ owed }) => owed === undefined);
}

/** Small entries of ids that one entry can stand for, with its ids: a host that starts has less to read then. */
export function mergedIds(
  needed: readonly Kept<JournalTrace>[],
): { readonly ids: readonly AcceptedId[]; readonly instead: readonly Kept<JournalTrace>[] } | undefined {
  const ids: AcceptedId[] = [];
  const instead: Kept<JournalTrace>[] = [];
  for (const kept of needed) {
    if (kept.trace.kind !== 'ids' || kept.trace.ids === undefined) continue;
    if (ids.length + kept.trace.ids.length > MANY_IDS) break;
    ids.push(...kept.trace.ids);
    instead.push(kept);
  }
  return instead.length >= MANY_ENTRIES || (instead.length > 1 && ids.length > MANY_IDS - FEW)
    ? { ids, instead }
    : undefined;
}
