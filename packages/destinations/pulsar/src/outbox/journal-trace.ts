import type { AcceptedId, JournalEntry } from './journal-entry';

/** An entry with fewer is small. */
export const FEW_IDS = 500;

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

/** Whether the ids of an entry are held, so that they can be merged with others. */
function isMergeable(ids: readonly AcceptedId[]): boolean {
  // Who is owed is said by the last entry: those stay in their order.
  return ids.length < FEW_IDS && ids.every(({ owed }) => owed === undefined);
}
