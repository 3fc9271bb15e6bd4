import type { Clock, Logger, Outbox } from '@dest/core';
import type { OutboxConfiguration } from '../configuration/configuration';
import { MemoryOutbox } from './memory-outbox';
import { SqliteOutbox } from './sqlite/sqlite-outbox';

/** The outbox that a configuration asks for; not open yet. */
export function createOutbox(
  configuration: OutboxConfiguration,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Outbox {
  const { dedupeWindowMs } = configuration;
  if (configuration.type === 'memory') return new MemoryOutbox({ clock, dedupeWindowMs });
  const { path, ballastBytes } = configuration;
  return new SqliteOutbox({ path, dedupeWindowMs, ballastBytes, clock, logger });
}
