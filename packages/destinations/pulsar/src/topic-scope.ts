import { failureOf, PermanentError, TransientError } from '@dest/core';

/** Codes of what is wrong with one topic, and not with the connection or with who we are. */
const ABOUT_THE_TOPIC = new Set([
  'PULSAR_TOPIC_INVALID',
  'PULSAR_TOPIC_NOT_FOUND',
  'PULSAR_TOPIC_TERMINATED',
  'PULSAR_SCHEMA_INCOMPATIBLE',
  'PULSAR_NOT_AUTHORIZED',
]);

/** Whether a failure is about one topic: another topic may work. */
export function isAboutTopic(error: unknown): boolean {
  const { retry, code } = failureOf(error);
  return retry === 'configuration' && ABOUT_THE_TOPIC.has(code);
}

/**
 * The same failure for a topic that came out of an item, by a template: what is wrong with the topic is the item's fault, with
 * the same code and words. Everything else stays what it is.
 */
export function asItemError(error: unknown): unknown {
  const { code, message } = failureOf(error);
  if (isAboutTopic(error)) {
    return new PermanentError(`${message} The topic was made by the template in init.topic.`, { code, cause: error });
  }
  if (code === 'PULSAR_CONFLICT') return new TransientError(message, { code, scope: 'item', cause: error });
  return error;
}
