// Destinations that fail in every way that a contract can be kept badly, and one that doesn't.
import { setTimeout as sleep } from 'node:timers/promises';
import { batchingDestination, ConfigurationError, PermanentError, TransientError } from './our-host.mjs';

const DELIVERED = { ok: true };
const chance = (part) => Math.random() < part;
const allOf = (items) => items.map(() => DELIVERED);
const failed = (error) => ({ ok: false, error });

/** @param {import('./arrivals.mjs').Arrivals} arrivals - of the healthy one */
export const soakDestinations = (arrivals) => [
  batchingDestination('healthy', async (items) => {
    for (const { data } of items) arrivals.add(Number(data.event.id.slice('event-'.length)));
    return allOf(items);
  }),

  batchingDestination('random', async (items) => {
    if (chance(0.02)) throw new TransientError('all of it failed', { code: 'ALL_FAILED', scope: 'destination' });
    return items.map(() => {
      if (chance(0.02)) return failed(new PermanentError('refused', { code: 'REFUSED' }));
      return chance(0.1) ? failed(new TransientError('not now', { code: 'NOT_NOW' })) : DELIVERED;
    });
  }),

  batchingDestination('hangs', async (items) => {
    if (chance(0.3)) await new Promise(() => undefined);
    return allOf(items);
  }),

  batchingDestination('late', async (items) => {
    // Past its deadline now and then, whatever the signal says.
    await sleep(Math.random() * 600);
    return allOf(items);
  }),

  batchingDestination('misbehaves', async (items) => {
    if (chance(0.05)) throw 'a text that is no error';
    if (chance(0.05)) return [];
    if (chance(0.05)) return undefined;
    if (chance(0.02)) throw new ConfigurationError('credentials refused', { code: 'CREDENTIALS_REFUSED' });
    return allOf(items);
  }),
];
