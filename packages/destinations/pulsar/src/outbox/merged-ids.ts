import type { AcceptedId } from './journal-entry';
import { FEW_IDS, type JournalTrace } from './journal-trace';
import type { Kept } from './topic-keeper';

/** Small ones are merged when there are so many, */
const MANY_ENTRIES = 200;

/** or when they have so many ids together; a merged one has no more. */
const MANY_IDS = 2_000;

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
  return instead.length >= MANY_ENTRIES || (instead.length > 1 && ids.length > MANY_IDS - FEW_IDS)
    ? { ids, instead }
    : undefined;
}
