import { noopLogger, systemClock, type Outbox } from '@dest/core';
import { loadApplication, type LoadApplicationOptions } from './application/load-application';
import type { DeliveryObserver } from './delivery/lane-status';
import { Host } from './host';
import { MemoryOutbox } from './outbox/memory-outbox';

export interface StartHostOptions extends LoadApplicationOptions {
  /** Where deliveries wait, instead of what the configuration says. */
  readonly outbox?: Outbox;
  /** Is told of every try. */
  readonly observer?: DeliveryObserver;
  /** Randomness of the backoff, uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}

const unobserved: DeliveryObserver = { settled: () => undefined };

/**
 * Starts a host: reads the configuration, loads its plugins, opens the outbox. A plugin or a destination that can't be
 * used is logged by name and cause, what is for it waits, and the others work.
 *
 * @throws InvalidConfigurationError where the configuration as a whole can't be used
 */
export async function startHost(options: StartHostOptions): Promise<Host> {
  const logger = options.logger ?? noopLogger;
  const clock = options.clock ?? systemClock;
  const application = await loadApplication(options);
  for (const { code, path, message, severity } of application.issues) {
    logger[severity === 'error' ? 'error' : 'warn'](message, { code, path });
  }
  const { dedupeWindowMs } = application.configuration.outbox;
  const outbox = options.outbox ?? new MemoryOutbox({ clock, dedupeWindowMs });
  await outbox.open();
  return new Host({
    application,
    outbox,
    clock,
    random: options.random ?? Math.random,
    logger,
    observer: options.observer ?? unobserved,
  });
}
