import { ConfigurationError } from '@dest/core';
import { withoutTopicNames } from './without-topic-names';

/** What is wrong with a topic, by the names that Pulsar's errors carry on both transports. */
const TOPIC_STATES: readonly {
  readonly names: RegExp;
  readonly code: string;
  readonly what: string;
}[] = [
  {
    names: /TopicTerminated|already terminated/i,
    code: 'PULSAR_TOPIC_TERMINATED',
    what: 'is terminated and takes no more messages. Choose another topic.',
  },
  {
    names: /IncompatibleSchema/i,
    code: 'PULSAR_SCHEMA_INCOMPATIBLE',
    what: "has a schema that does not take plain bytes. Choose another topic, or remove the topic's schema.",
  },
  {
    names: /TopicNotFound|TopicDoesNotExist|NotFoundException/i,
    code: 'PULSAR_TOPIC_NOT_FOUND',
    what: "is not there. Check the topic's tenant and namespace, and whether Pulsar makes topics by itself (allowAutoTopicCreation).",
  },
  {
    names: /AuthorizationE(rror|xception)|NotAllowed/i,
    code: 'PULSAR_NOT_AUTHORIZED',
    what: "knows who we are, but that role may not do this there. Grant the role 'produce' ('consume' for an intake) on the namespace, or use other credentials.",
  },
  {
    names: /InvalidTopicName/i,
    code: 'PULSAR_TOPIC_INVALID',
    what: 'has a name that Pulsar does not take. Check init.topic.',
  },
];

/**
 * What is wrong with the topic itself; undefined where Pulsar's words don't say so.
 * @param where address and topic, for the message
 * @param words in which a name is looked for
 * @param said what the message ends with
 */
export function topicError(
  where: string,
  words: string,
  said: string,
  cause?: unknown,
): ConfigurationError | undefined {
  const text = withoutTopicNames(words);
  const state = TOPIC_STATES.find(({ names }) => names.test(text));
  if (state === undefined) return undefined;
  return new ConfigurationError(`${where} ${state.what} ${said}`, { code: state.code, cause });
}
