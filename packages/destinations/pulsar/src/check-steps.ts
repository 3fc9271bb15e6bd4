import { failureOf, type CheckResult, type CheckStep } from '@dest/core';

/** In the order in which Pulsar looks at them: who it is, whether they may, and whether there is such a topic. */
const STEPS = ['reachable', 'authenticated', 'allowed', 'topic'] as const;

type Step = (typeof STEPS)[number];

/** What is wrong before anything is tried. */
const UNUSABLE = new Set([
  'PULSAR_AUTHENTICATION_AMBIGUOUS',
  'PULSAR_CERTIFICATE_INVALID',
  'PULSAR_CLIENT_BROKEN',
  'PULSAR_CLIENT_NOT_INSTALLED',
  'PULSAR_FILE_UNREADABLE',
  'PULSAR_HOST_INVALID',
  'PULSAR_OAUTH2_KEY_INVALID',
  'PULSAR_TLS_UNUSED',
]);

/** What a topic does with messages for us. */
type Does = 'takes' | 'gives';

/** What each step has found where it went well. */
const FOUND: Readonly<Record<Step, (does: Does) => string>> = {
  reachable: () => 'Pulsar answers at the address',
  authenticated: () => 'Pulsar takes the credentials',
  allowed: (does) => `the role may ${does === 'takes' ? 'produce to' : 'consume from'} the topic`,
  topic: (does) => `the topic is there and ${does} messages`,
};

/** Which step a failure belongs to; every other one is about reaching Pulsar. */
const STEP_OF: Readonly<Record<string, Step>> = {
  PULSAR_NOT_AUTHENTICATED: 'authenticated',
  PULSAR_NOT_AUTHORIZED: 'allowed',
  PULSAR_TOPIC_NOT_FOUND: 'topic',
  PULSAR_TOPIC_INVALID: 'topic',
  PULSAR_TOPIC_TERMINATED: 'topic',
  PULSAR_SCHEMA_INCOMPATIBLE: 'topic',
  PULSAR_CONFLICT: 'topic',
  PULSAR_BUSY: 'topic',
};

/**
 * A producer, or a consumer, for the topic could be opened.
 * @param does what the topic does with messages
 */
export function checkPassed(where: string, does: Does = 'takes'): CheckResult {
  return { ok: true, message: `${where} ${does} messages.`, steps: STEPS.map((name) => passed(name, does)) };
}

/** Pulsar is there and takes the credentials; which topics there will be only the items tell. */
export function checkPassedWithoutTopic(where: string): CheckResult {
  const untried = (name: Step): CheckStep => ({
    name,
    ok: true,
    message: 'not tried: init.topic is a template, and each item has its own',
  });
  return {
    ok: true,
    message: `${where} takes the credentials; the topics were not tried, since init.topic is a template.`,
    steps: [passed('reachable'), passed('authenticated'), untried('allowed'), untried('topic')],
  };
}

/**
 * What failed: the steps up to it; those after it were not tried.
 * @param does what the topic does with messages
 */
export function checkFailed(thrown: unknown, does: Does = 'takes'): CheckResult {
  const { code, message } = failureOf(thrown);
  const only = (name: string): CheckResult => ({ ok: false, message, steps: [{ name, ok: false, message }] });
  if (UNUSABLE.has(code)) return only('configured');
  // The issuer of tokens is asked before Pulsar is.
  if (code.startsWith('PULSAR_OAUTH2_')) return only('authenticated');
  const failed = STEP_OF[code] ?? 'reachable';
  const before = STEPS.slice(0, STEPS.indexOf(failed)).map((name) => passed(name, does));
  return { ok: false, message, steps: [...before, { name: failed, ok: false, message }] };
}

function passed(name: Step, does: Does = 'takes'): CheckStep {
  return { name, ok: true, message: FOUND[name](does) };
}
