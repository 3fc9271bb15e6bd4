import { failureOf, type CheckResult, type CheckStep } from '@dest/core';

const STEPS = ['reachable', 'authenticated', 'topic'] as const;

/** Which step a failure belongs to; every other one is about reaching Pulsar. */
const STEP_OF: Readonly<Record<string, (typeof STEPS)[number]>> = {
  PULSAR_NOT_AUTHENTICATED: 'authenticated',
  PULSAR_NOT_AUTHORIZED: 'topic',
  PULSAR_TOPIC_NOT_FOUND: 'topic',
  PULSAR_TOPIC_INVALID: 'topic',
  PULSAR_TOPIC_TERMINATED: 'topic',
  PULSAR_CONFLICT: 'topic',
};

/** A producer for the topic could be opened. */
export function checkPassed(where: string): CheckResult {
  return { ok: true, message: `${where} takes messages.`, steps: STEPS.map((name) => ({ name, ok: true })) };
}

/** No producer could be opened: the steps up to the one that failed. */
export function checkFailed(thrown: unknown): CheckResult {
  const { code, message } = failureOf(thrown);
  const failed = STEPS.indexOf(STEP_OF[code] ?? 'reachable');
  const steps: CheckStep[] = STEPS.slice(0, failed).map((name) => ({ name, ok: true }));
  return { ok: false, message, steps: [...steps, { name: STEPS[failed] ?? 'reachable', ok: false, message }] };
}
