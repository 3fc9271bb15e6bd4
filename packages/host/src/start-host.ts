import { noopLogger, systemClock, type Outbox } from '@dest/core';
import { loadChangedApplication } from './application/changed-application';
import { guardedLogger } from './application/guarded-logger';
import { guardedObserver } from './application/guarded-observer';
import { KnownSecrets } from './application/known-secrets';
import { loadApplication, type LoadApplicationOptions } from './application/load-application';
import { redactingLogger } from './application/redacting-logger';
import { describeConfigurationIssue } from './configuration/configuration-issue';
import { HostFaults } from './containment/host-faults';
import type { DeliveryObserver } from './delivery/lane-status';
import { Host } from './host';
import { createOutbox } from './outbox/create-outbox';

export interface StartHostOptions extends LoadApplicationOptions {
  /** Where deliveries wait, instead of what the configuration says. */
  readonly outbox?: Outbox;
  /** Is told of every try. */
  readonly observer?: DeliveryObserver;
  /** False: nothing is delivered; for work on what waits and on dead letters. Default: true. */
  readonly deliver?: boolean;
  /** False: the configuration's intakes are not started; for those who only send, or look. Default: true. */
  readonly intakes?: boolean;
  /**
   * True: what plugins throw outside of any call, as in a timer, is logged and doesn't end the process; what isn't a
   * plugin's does as always. Holds for the whole process until the host is closed. Default: false.
   */
  readonly containFaults?: boolean;
  /** Randomness of the backoff, uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * Starts a host: reads the configuration, loads its plugins, opens the outbox, starts the intakes. A plugin, destination or
 * intake that can't be used is logged by name and cause, what is for it waits, and the others work.
 *
 * @throws InvalidConfigurationError where the configuration as a whole, or its outbox, can't be used; what opening the outbox
 *   throws
 */
export async function startHost(given: StartHostOptions): Promise<Host> {
  const options = given.logger === undefined ? given : { ...given, logger: guardedLogger(given.logger) };
  const faults = new HostFaults({ logger: options.logger ?? noopLogger, contain: options.containFaults ?? false });
  try {
    return await start({ ...options, faults });
  } catch (error) {
    faults.close();
    throw error;
  }
}

async function start(options: StartHostOptions & { readonly faults: HostFaults }): Promise<Host> {
  const { faults, clock = systemClock } = options;
  const application = await loadApplication(options);
  const secrets = new KnownSecrets(application.fetchedSecrets);
  secrets.learn(application);
  const redact = (text: string): string => secrets.redact(text);
  const logger = options.logger === undefined ? noopLogger : redactingLogger(options.logger, redact);
  faults.watch(application, redact);
  for (const issue of application.issues) {
    const { code, path, line, column, severity } = issue;
    const fields = { code, path, ...(line === undefined ? {} : { file: application.name, line, column }) };
    logger[severity === 'error' ? 'error' : 'warn'](describeConfigurationIssue(application.name, issue), fields);
  }
  let outbox: Outbox;
  let replaying: boolean | undefined;
  try {
    outbox = options.outbox ?? createOutbox(application, { clock, logger, faults });
    const report = await outbox.open();
    replaying = report.replaying;
    for (const warning of report.warnings) logger.warn(warning);
    if (report.quarantined > 0) {
      const message = 'Records of the outbox were damaged: they are not delivered';
      logger.error(message, { records: report.quarantined });
    }
  } catch (error) {
    await application.close();
    throw error;
  }
  const host = new Host({
    application,
    outbox,
    clock,
    random: options.random ?? Math.random,
    logger,
    secrets,
    faults,
    observer: options.observer === undefined ? undefined : guardedObserver(options.observer, logger),
    deliver: options.deliver ?? true,
    loadChanged: (current) => loadChangedApplication(current, options, clock.now()),
  });
  await host.dropDisabled();
  if (replaying === true) host.expectReplays();
  if (options.intakes ?? true) host.startConfiguredIntakes();
  return host;
}
