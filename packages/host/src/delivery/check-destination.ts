import { failureOf, type CheckStep, type Clock, type DestinationInterface, type Logger } from '@dest/core';
import type { Application, ConfiguredDestination } from '../application/application';
import { redactValue } from '../application/redact-value';
import { redactingLogger } from '../application/redacting-logger';
import { createContained } from '../containment/contained-instance';
import { withSideInstance } from './side-instance';

/** What checking one destination found. */
export interface DestinationCheck {
  readonly destination: string;
  readonly package: string;
  readonly ok: boolean;
  /** What was done, in order. */
  readonly steps: readonly CheckStep[];
  /** What ended the check; null where nothing did. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export interface CheckDestinationOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Makes an instance of a destination of its own, opens it, has it check the other side, closes it; each call within the
 * destination's `timeoutMs`. Delivers nothing. Never throws: what goes wrong is the result.
 */
export async function checkDestination(
  { registry, configuration, redact }: Application,
  { compiled, resource, issues }: ConfiguredDestination,
  { clock, logger: given }: CheckDestinationOptions,
): Promise<DestinationCheck> {
  const { destination } = compiled;
  const { id, package: name } = destination;
  const logger = redactingLogger(given, redact);
  const steps: CheckStep[] = [];
  const result = (failure: DestinationCheck['failure']): DestinationCheck => {
    const ok = failure === null && steps.every((step) => step.ok);
    return redactValue({ destination: id, package: name, ok, steps, failure }, redact) as DestinationCheck;
  };
  const [issue] = issues;
  if (issue !== undefined) return result({ code: issue.code, message: issue.message });

  let failure: DestinationCheck['failure'] = null;
  const create = (): DestinationInterface =>
    createContained({ package: name, destination: id }, () =>
      registry.create({ debug: configuration.debug, resource, destination }),
    );
  const onCloseFailed = (error: unknown): void => {
    failure = problemOf(error);
  };
  try {
    await withSideInstance({ create, destination, clock, logger, onCloseFailed }, async (instance, call) => {
      if (typeof instance.check !== 'function') {
        steps.push({ name: 'opened', ok: true, message: 'it has no check of its own' });
        return;
      }
      steps.push({ name: 'opened', ok: true });
      const found = await call('check', (context) => instance.check!(context));
      const { ok, message, steps: own = [] } = found;
      steps.push(...own);
      // Where its steps tell everything, nothing needs to be added.
      const told = own.length > 0 && own.every((step) => step.ok) === ok && message === undefined;
      if (!told) steps.push({ name: 'checked', ok, ...(message === undefined ? {} : { message }) });
    });
  } catch (error) {
    // What went wrong first, also where it could not be closed after that.
    failure = problemOf(error);
  }
  return result(failure);
}

function problemOf(thrown: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = failureOf(thrown);
  return { code, message };
}
