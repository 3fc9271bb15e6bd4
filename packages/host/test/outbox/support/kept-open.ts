import type { Clock, Outbox, StoredDelivery } from '@dest/core';

const CLOSED = { retry: 'transient', scope: 'item', code: 'CLOSED', message: 'It was closed.' } as const;

/**
 * The calls of an outbox in memory that differ where it is to pass for a durable one: closed, it keeps what it holds, and what was
 * in flight counts as tried.
 */
export function keptOpen(outbox: Outbox, clock: Clock): Partial<Outbox> {
  const inFlight = new Map<string, StoredDelivery>();
  return {
    started: (deliveries) => {
      for (const delivery of deliveries) inFlight.set(delivery.id, delivery);
    },
    settle: async (settlements) => {
      for (const { delivery } of settlements) inFlight.delete(delivery.id);
      await outbox.settle(settlements);
    },
    close: async () => {
      const tried = [...inFlight.values()].map(({ tries, ...delivery }) => ({ ...delivery, tries: tries + 1 }));
      inFlight.clear();
      const outcome = { status: 'retry', attempts: 0, dueAt: 0, failure: CLOSED } as const;
      await outbox.settle(tried.map((delivery) => ({ delivery, outcome, settledAt: clock.now() })));
    },
  };
}
