import type { Application, ConfiguredIntake } from '../application/application';
import { redactValue } from '../application/redact-value';
import { redactingLogger } from '../application/redacting-logger';
import { createContainedIntake } from '../containment/contained-intake';
import type { CheckOptions } from '../delivery/check-destination';
import { checkInstance, type InstanceCheck } from '../delivery/check-instance';
import { INTAKE_TIMEOUT_MS } from './intake-runner';

/** What checking one intake found. */
export interface IntakeCheck extends InstanceCheck {
  readonly intake: string;
  readonly package: string;
}

/**
 * Makes an instance of an intake of its own, has it check the other side, closes it. Starts nothing, takes nothing in. Never
 * throws: what goes wrong is the result.
 */
export async function checkIntake(
  { registry, configuration: { debug }, redact }: Application,
  { intake, resource, issues: [issue] }: ConfiguredIntake,
  { clock, logger }: CheckOptions,
): Promise<IntakeCheck> {
  const { id, package: name } = intake;
  const found: InstanceCheck =
    issue === undefined
      ? await checkInstance({
          create: () =>
            createContainedIntake({ package: name }, () => registry.createIntake({ debug, resource, intake })),
          name: `intake ${id}`,
          timeoutMs: INTAKE_TIMEOUT_MS,
          firstStep: 'made',
          clock,
          logger: redactingLogger(logger, redact),
        })
      : { ok: false, steps: [], failure: { code: issue.code, message: issue.message } };
  return redactValue({ intake: id, package: name, ...found }, redact) as IntakeCheck;
}
