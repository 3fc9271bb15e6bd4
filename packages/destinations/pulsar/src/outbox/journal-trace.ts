import type { AcceptedId, JournalEntry } from './journal-entry';
import { isMergeable } from './merged-ids';

/** What has to be known of an entry to tell whether it is needed. */
export type JournalTrace =
  | Exclude<JournalEntry, { readonly kind: 'ids' }>
  | {
      readonly kind: 'ids';
      /** When the last of them was accepted. */
      readonly latest: number;
      /** How many ids had come by then. */
      readonly total: number;
      /** Held where there are few. */
      readonly ids: readonly AcceptedId[] | undefined;
    };

/** @param total how many ids came before */
export function journalTrace(entry: JournalEntry, total: number): JournalTrace {
  if (entry.kind !== 'ids') return entry;
  const { ids } = entry;
  return {
    kind: 'ids',
    latest: Math.max(...ids.map(({ at }) => at)),
    total: total + ids.length,
    ids: isMergeable(ids) ? ids : undefined,
  };
}
