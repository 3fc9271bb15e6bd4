import type { OutboxListener } from '@dest/core';
import { runUnattributed } from './containment/attribution';
import type { LaneLosses } from './delivery/lane-losses';
import type { LaneSet } from './delivery/lane-set';

type Gone = readonly { readonly id: string; readonly destination: string }[];

/** Tells lanes of what an outbox says that several processes share. What that sets off is not the outbox's own. */
export function outboxListener(lanes: LaneSet, losses: LaneLosses): OutboxListener {
  const remove = (deliveries: Gone): void => {
    for (const { id, destination } of deliveries) lanes.get(destination)?.lane.drop(new Set([id]));
  };
  return {
    arrived: (deliveries) =>
      runUnattributed(() => deliveries.forEach((delivery) => lanes.fitting(delivery.lane)?.arrived(delivery))),
    replaced: (delivery) => runUnattributed(() => lanes.fitting(delivery.lane)?.replaced(delivery)),
    dropped: (deliveries) =>
      runUnattributed(() => {
        for (const { id, destination } of deliveries) losses.droppedWhenFull(destination, id);
        remove(deliveries);
      }),
    removed: (deliveries) => runUnattributed(() => remove(deliveries)),
  };
}
