import {
  failureOf,
  type CheckResult,
  type CheckStep,
  type Clock,
  type LifecycleContext,
  type Logger,
} from '@dest/core';
import { withSideInstance, type Lifecycle } from './side-instance';

/** What checking an instance found. */
export interface InstanceCheck {
  readonly ok: boolean;
  /** What was done, in order. */
  readonly steps: readonly CheckStep[];
  /** What ended the check; null where nothing did. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export interface CheckInstanceOptions<Instance> {
  readonly create: () => Instance;
  /** What messages call it. */
  readonly name: string;
  /** How long each call may take. */
  readonly timeoutMs: number;
  /** What the step is called that comes before its own check. */
  readonly firstStep: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What an instance needs to have for that. */
export interface Checkable extends Lifecycle {
  check?(context: LifecycleContext): Promise<CheckResult>;
}

/** Makes an instance of its own, opens it, has it check the other side, closes it. Never throws: what goes wrong is the result. */
export async function checkInstance<Instance extends Checkable>({
  firstStep,
  ...options
}: CheckInstanceOptions<Instance>): Promise<InstanceCheck> {
  const steps: CheckStep[] = [];
  let failure: InstanceCheck['failure'] = null;
  const onCloseFailed = (error: unknown): void => {
    failure = problemOf(error);
  };
  try {
    await withSideInstance({ ...options, onCloseFailed }, async (instance, call) => {
      if (typeof instance.check !== 'function') {
        steps.push({ name: firstStep, ok: true, message: 'it has no check of its own' });
        return;
      }
      steps.push({ name: firstStep, ok: true });
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
  return { ok: failure === null && steps.every((step) => step.ok), steps, failure };
}

function problemOf(thrown: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = failureOf(thrown);
  return { code, message };
}
