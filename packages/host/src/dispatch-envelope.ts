import {
  deepFreeze,
  scopeOf,
  type Clock,
  type Envelope,
  type NewDelivery,
  type Outbox,
  type Router,
  type Selection,
} from '@dest/core';
import type { LaneLosses } from './delivery/lane-losses';
import type { LaneEntry, LaneSet } from './delivery/lane-set';
import { acceptEnvelope } from './envelope/accept-envelope';
import { skippedOf, type Receipt } from './receipt';

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
}

/** Puts an envelope into the outbox, with a copy for every destination that receives it, and tells their lanes. */
export async function dispatchEnvelope(
  input: Envelope,
  options: DispatchOptions,
  { router, lanes, losses, outbox, clock }: DispatchParts,
): Promise<Receipt> {
  const { id, envelope } = acceptEnvelope(input, options.fallbackId);
  // All destinations, and all retries, see the same objects.
  deepFreeze(envelope);
  const acceptedAt = clock.now();
  const routeOptions = { now: acceptedAt, ...(options.source === undefined ? {} : { source: options.source }) };
  const copies = router
    .select(envelope, routeOptions)
    .map((selection) => copyOf(selection, envelope, lanes.get(selection.compiled.destination.id) as LaneEntry));
  const receipt = await outbox.append({ id, envelope, acceptedAt }, copies);
  const { duplicate, deliveries, refused, dropped, coalesced } = receipt;
  for (const { id: delivery, destination } of dropped) {
    losses.droppedWhenFull(destination, delivery);
    lanes.get(destination)?.lane.drop(new Set([delivery]));
  }
  for (const { destination } of refused) losses.refused(destination);
  lanes.appended(deliveries, coalesced);
  return {
    id,
    duplicate,
    deliveries,
    // Worked out when it is looked at: of a thousand destinations most skip, and few ask why.
    get skipped() {
      return duplicate ? [] : skippedOf(router, envelope, routeOptions);
    },
    refused,
  };
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
