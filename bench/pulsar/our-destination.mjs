// @dest/pulsar as a host has it: made by a registry, open.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const core = require('../../packages/core/dist/index.js');
export const { PulsarDestination } = require('../../packages/destinations/pulsar/dist/index.js');

/** What comes with a call. */
export function contextOf(signal) {
  return { signal, logger: core.noopLogger, now: () => Date.now() };
}

/**
 * @param host - `ws://…` or `pulsar://…`
 * @param topic - the whole name
 */
export async function openOurDestination(host, topic) {
  const registry = new core.DestinationRegistry({ from: import.meta.dirname });
  registry.register(PulsarDestination);
  const instance = registry.create({
    debug: false,
    resource: {
      id: 'pulsar',
      name: 'Pulsar',
      description: '',
      tags: [],
      enabled: true,
      version: '1',
      credentials: { production: { host } },
    },
    destination: {
      id: 'orders',
      name: 'Orders',
      description: '',
      package: '@dest/pulsar',
      init: { topic },
      form: {},
      enabled: true,
      tags: [],
      onProfileChangeOnly: false,
      resource: { id: 'pulsar' },
      delivery: core.defaultDelivery,
    },
  });
  await instance.open(contextOf(AbortSignal.timeout(30_000)));
  return instance;
}
