import type { AcceptedEnvelope, LaneIdentity, StoredDelivery } from '@dest/core';
import { laneKey } from '@dest/core/outbox';
import { carryingRecord } from './carrying-record';
import type { BasicParts } from './basic-parts';
import { publishRecord } from './publish-record';

/** So many are published side by side. */
const AT_ONCE = 500;

/**
 * Puts all that waits in a lane, as far as this host holds it, at the end of another: each is published anew, in the state
 * that it has, and let go of. Returns how many.
 */
export async function moveHeld(parts: BasicParts, from: LaneIdentity, to: LaneIdentity): Promise<number> {
  const { held, feeds } = parts;
  if (laneKey(from) === laneKey(to)) return 0;
  const all = held.store.laneOf(from).all();
  if (all.length > 0) await feeds.prepare([to.destination]);
  for (let first = 0; first < all.length; first += AT_ONCE) {
    await Promise.all(all.slice(first, first + AT_ONCE).map((stored) => move(parts, stored, to)));
  }
  return all.length;
}

async function move(parts: BasicParts, stored: StoredDelivery, lane: LaneIdentity): Promise<void> {
  const { held, run, numbers } = parts;
  const delivery = held.store.delivery(stored.id);
  // Another host's by now.
  if (delivery === undefined) return;
  const { history } = delivery;
  const accepted = held.store.envelopes.get(stored.envelope) as AcceptedEnvelope;
  const number = numbers.next();
  const record = carryingRecord({ run, number, accepted, stored: { ...stored, lane, sequence: number }, history });
  const messages = held.messagesOf(stored.id);
  const { stored: kept, came } = publishRecord(parts, record);
  await kept;
  held.leave(stored.id, messages);
  await came;
}
