import type { AppendReceipt, NewDelivery, StoredDelivery } from '../ports/outbox';
import { freshDelivery } from './fresh-delivery';
import type { MemoryStore } from './memory-store';
import { unitedChanges } from './united-changes';

/** What an append says in the end. */
export type OpenReceipt = {
  -readonly [Part in Exclude<keyof AppendReceipt, 'duplicate'>]: AppendReceipt[Part][number][];
};

/** The envelope of a copy, and what the copy is known by where it takes no other one's place. */
export interface CopiedEnvelope {
  readonly number: number;
  readonly bytes: number;
  readonly acceptedAt: number;
  readonly id: string;
  readonly sequence: number;
}

/**
 * Puts a copy into its lane, making room for it where that is asked for, or refuses it.
 *
 * @param receipt - is told what was done
 */
export function placeCopy(store: MemoryStore, copy: NewDelivery, envelope: CopiedEnvelope, receipt: OpenReceipt): void {
  const { kind, key, coalesce, limit } = copy;
  const { destination } = copy.lane;
  const { bytes } = envelope;
  const lane = store.laneOf(copy.lane);
  const replaced = coalesce === true && kind === 'profile' && key !== undefined ? lane.latestOf(key) : undefined;
  const growth = bytes - (replaced?.bytes ?? 0);
  // What takes no more room than what it replaces fits also where the lane holds too much by now.
  const isFull = (): boolean => growth > 0 && lane.bytes + growth > limit.maxBytes;
  if (bytes > limit.maxBytes || (limit.whenFull === 'reject' && isFull())) {
    receipt.refused.push({ destination, reason: 'lane-full' });
    return;
  }
  while (isFull()) {
    const oldest = lane.first(replaced) as StoredDelivery;
    store.remove(oldest);
    receipt.dropped.push({ id: oldest.id, destination });
  }
  const stored = freshDelivery(
    {
      lane: copy.lane,
      id: replaced?.id ?? envelope.id,
      sequence: replaced?.sequence ?? envelope.sequence,
      envelope: envelope.number,
      waitingSince: envelope.acceptedAt,
      tries: 0,
      bytes,
      replay: false,
    },
    replaced === undefined ? copy : { kind, key, changes: unitedChanges(replaced.changes, copy.changes) },
  );
  receipt.deliveries.push({ id: stored.id, destination });
  if (replaced === undefined) {
    store.add(stored);
  } else {
    store.replace(replaced, stored, []);
    receipt.coalesced.push(stored);
  }
}
