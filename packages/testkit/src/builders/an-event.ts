import type { Event } from '@dest/core';

/** An event: an order of a customer. `rest` is put over it. */
export function anEvent(rest: Partial<Event> = {}): Event {
  return {
    id: 'event-1',
    type: 'order-created',
    properties: { orderId: 'order-1', total: 120.5, currency: 'EUR' },
    source: { id: 'web-shop' },
    metadata: { time: { create: '2030-01-01T00:00:00.000Z' } },
    ...rest,
  };
}
