import type { Clock, Logger, Outbox } from '@dest/core';
import type { Application } from '../application/application';
import { InvalidConfigurationError } from '../configuration/configuration-issue';
import { createContainedOutbox } from '../containment/contained-outbox';
import type { HostFaults } from '../containment/host-faults';
import { MemoryOutbox } from './memory-outbox';
import { SqliteOutbox } from './sqlite/sqlite-outbox';

/**
 * The outbox that a configuration asks for; not open yet.
 *
 * @throws InvalidConfigurationError where a plugin provides it, and that is not there or not configured as it should be;
 *   ConfigurationError where an instance of it can't be made
 */
export function createOutbox(
  application: Application,
  { clock, logger, faults }: { readonly clock: Clock; readonly logger: Logger; readonly faults: HostFaults },
): Outbox {
  const { configuration, registry, outboxIssues, name } = application;
  const { outbox, debug, resources } = configuration;
  const { dedupeWindowMs } = outbox;
  if (outbox.type === 'memory') return new MemoryOutbox({ clock, dedupeWindowMs });
  if (outbox.type === 'sqlite') {
    const { path, ballastBytes } = outbox;
    return new SqliteOutbox({ path, dedupeWindowMs, ballastBytes, clock, logger });
  }
  if (outboxIssues.length > 0) throw new InvalidConfigurationError(name, outboxIssues);
  const resource = resources.find(({ id }) => id === outbox.resource?.id);
  const owner = { package: outbox.package, faults };
  return createContainedOutbox(owner, () => registry.createOutbox({ debug, resource, outbox }));
}
