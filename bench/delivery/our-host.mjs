// Starts a host as an application would: the durable outbox, everything else as it is by default.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const core = require('../../packages/core/dist/index.js');
const { startHost } = require('../../packages/host/dist/index.js');

const anything = core.defineSchema({ type: 'object' });

/**
 * A destination class that takes batches.
 *
 * @param name - what a configuration calls it
 * @param {(items: readonly unknown[], context: unknown) => Promise<readonly unknown[]>} dispatchBatch
 */
export function batchingDestination(name, dispatchBatch) {
  class BatchingDestination extends core.DestinationInterface {
    dispatchBatch(items, context) {
      return dispatchBatch(items, context);
    }
    async dispatchEvent() {}
    async dispatchProfile() {}
  }
  core.RegisterDestination({ package: name, title: name, credentials: anything, init: anything })(BatchingDestination);
  return BatchingDestination;
}

export const { ConfigurationError, PermanentError, TransientError } = core;

/** The outbox of a measurement, in its folder. */
export const durableOutbox = { type: 'sqlite', path: 'outbox.db' };

/**
 * @param folder - where the outbox is
 * @param register - classes of destinations
 * @param configuration - what else is in it: `destinations`, `plugins`, `resources`
 */
export async function startOurHost(folder, register, configuration) {
  const warnings = [];
  const silent = () => undefined;
  const keep = (text) => warnings.push(text);
  const logger = { debug: silent, info: silent, warn: keep, error: keep };
  const host = await startHost({
    from: folder,
    config: { version: 1, outbox: durableOutbox, ...configuration },
    register,
    logger,
  });
  const { issues } = host.application;
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));
  return { host, warnings };
}

/** How many deliveries wait or are under way, in all lanes. */
export async function waitingIn(host) {
  const lanes = await host.lanes();
  return lanes.reduce((sum, { waiting }) => sum + waiting, 0);
}
