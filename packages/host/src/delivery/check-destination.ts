import type { Clock, Logger } from '@dest/core';
import type { Application, ConfiguredDestination } from '../application/application';
import { redactValue } from '../application/redact-value';
import { redactingLogger } from '../application/redacting-logger';
import { createContained } from '../containment/contained-instance';
import { checkInstance, type InstanceCheck } from './check-instance';

/** What checking one destination found. */
export interface DestinationCheck extends InstanceCheck {
  readonly destination: string;
  readonly package: string;
}

export interface CheckOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Makes an instance of a destination of its own, opens it, has it check the other side, closes it; each call within the
 * destination's `timeoutMs`. Delivers nothing. Never throws: what goes wrong is the result.
 */
export async function checkDestination(
  { registry, configuration: { debug }, redact }: Application,
  { compiled, resource, issues: [issue] }: ConfiguredDestination,
  { clock, logger }: CheckOptions,
): Promise<DestinationCheck> {
  const { destination } = compiled;
  const { id, package: name, delivery } = destination;
  const found: InstanceCheck =
    issue === undefined
      ? await checkInstance({
          create: () =>
            createContained({ package: name, destination: id }, () =>
              registry.create({ debug, resource, destination }),
            ),
          name: id,
          timeoutMs: delivery.timeoutMs,
          firstStep: 'opened',
          clock,
          logger: redactingLogger(logger, redact),
        })
      : { ok: false, steps: [], failure: { code: issue.code, message: issue.message } };
  return redactValue({ destination: id, package: name, ...found }, redact) as DestinationCheck;
}
