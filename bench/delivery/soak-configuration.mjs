// The configuration of a soak, which changes with every reload.
import { writeFileSync } from 'node:fs';
import { durableOutbox } from './our-host.mjs';

/** Lanes that can't keep up are bounded, so that the disk is. */
const BOUNDED = { maxBytes: '2MiB', whenFull: 'drop-oldest' };
const RETRY = { initialDelayMs: 50, maxDelayMs: 1_000, maxAttempts: 4 };
const delivery = { ...BOUNDED, retry: RETRY, timeoutMs: 400, breaker: { window: '2s' } };

/** Every fourth time a destination more; the mapping of another one changes each time; every tenth is broken. */
export function writeSoakConfiguration(file, reload, url) {
  const more = reload % 4 === 3 ? [{ id: 'now-and-then', package: 'random', delivery }] : [];
  const configuration = {
    version: 1,
    shutdownMs: 1_000,
    outbox: durableOutbox,
    network: { allow: ['127.0.0.1'] },
    resources: [{ id: 'receiver', credentials: { production: { url }, test: { url } } }],
    destinations: [
      { id: 'healthy', package: 'healthy' },
      { id: 'random', package: 'random', mapping: { event: 'event@id', reload }, delivery },
      { id: 'hangs', package: 'hangs', delivery },
      { id: 'late', package: 'late', delivery: { ...delivery, batch: { maxItems: 50 } } },
      { id: 'misbehaves', package: 'misbehaves', delivery },
      {
        id: 'hook',
        package: '@dest/webhook',
        resource: { id: 'receiver' },
        init: { timeoutMs: 1_000, batch: reload % 2 === 0 },
        delivery: { ...delivery, timeoutMs: 5_000, batch: { maxItems: 50 } },
      },
      ...more,
    ],
  };
  const broken = reload % 10 === 9;
  writeFileSync(file, JSON.stringify(broken ? { ...configuration, destinations: 'none' } : configuration));
  return { broken };
}
