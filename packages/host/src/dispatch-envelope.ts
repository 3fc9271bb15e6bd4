import {
  scopeOf,
  type AppendReceipt,
  type Clock,
  type Envelope,
  type NewDelivery,
  type Outbox,
  type Router,
  type Selection,
} from '@dest/core';
import type { LaneLosses } from './delivery/lane-losses';
import type { LaneEntry, LaneSet } from './delivery/lane-set';
import type { WrittenEnvelope } from './envelope/accept-envelope';
import { AcceptedText } from './envelope/accepted-text';
import type { TextMemory } from './envelope/text-memory';
import { receiptOf, type Receipt } from './receipt';

export interface DispatchOptions {
  /** The id of an envelope that has none of its own, nor has its event: what the intake knows it by. */
  readonly fallbackId?: string;
  /** The source of an envelope whose event names none. */
  readonly source?: string;
}

export interface DispatchParts {
  readonly router: Router;
  /** Of the same configuration as the router. */
  readonly lanes: LaneSet;
  readonly losses: LaneLosses;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly memory: TextMemory;
}

/**
 * Puts an envelope into the outbox, with a copy for every destination that receives it, and tells their lanes.
 *
 * @param valid - nobody else's: it is not held
 */
export function dispatchEnvelope(
  valid: WrittenEnvelope,
  options: Pick<DispatchOptions, 'source'>,
  parts: DispatchParts,
): Promise<Receipt> {
  const { envelope } = valid;
  const { router, lanes, outbox, clock, memory } = parts;
  const now = clock.now();
  const routeOptions = options.source === undefined ? { now } : { now, source: options.source };
  const copies = router
    .select(envelope, routeOptions)
    .map((selection) => copyOf(selection, envelope, lanes.get(selection.compiled.destination.id) as LaneEntry));
  const accepted = new AcceptedText(valid, now, memory);
  const appending = outbox.append(accepted, copies);
  // Only its text from here on: what waits for the outbox, and then for its turn, is as small as can be.
  accepted.letGo(copies.length > 1);
  const routed = { router, options: routeOptions, accepted, copies };
  return appending.then((receipt) => {
    tellLanes(receipt, parts);
    return receiptOf(receipt, routed);
  });
}

function tellLanes(
  { deliveries, refused, dropped, coalesced }: AppendReceipt,
  { lanes, losses, outbox }: Pick<DispatchParts, 'lanes' | 'losses' | 'outbox'>,
): void {
  for (const { destination } of refused) losses.refused(destination);
  // An outbox that is watched tells of the rest by itself.
  if (outbox.watch !== undefined) return;
  for (const { id: delivery, destination } of dropped) {
    losses.droppedWhenFull(destination, delivery);
    lanes.get(destination)?.lane.drop(new Set([delivery]));
  }
  lanes.appended(deliveries, coalesced);
}

function copyOf(
  { compiled, kind, changes }: Selection,
  envelope: Envelope,
  { identity, limit }: LaneEntry,
): NewDelivery {
  const key = compiled.key.get(scopeOf(envelope));
  return {
    lane: identity,
    limit,
    kind,
    ...(key === undefined || key === null ? {} : { key: typeof key === 'string' ? key : JSON.stringify(key) }),
    ...(changes === undefined ? {} : { changes }),
    ...(kind === 'profile' && compiled.destination.delivery.coalesce === 'latest' ? { coalesce: true } : {}),
  };
}
