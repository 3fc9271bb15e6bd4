import { ConfigurationError, messageOf, PermanentError, TransientError, type DestError } from '@dest/core';

/** What the native client's result names mean; it throws plain errors that end with one. */
const CONFIGURATION: Readonly<Record<string, { readonly code: string; readonly remedy: string }>> = {
  TopicNotFound: {
    code: 'PULSAR_TOPIC_NOT_FOUND',
    remedy: "Check the topic's tenant and namespace.",
  },
  InvalidTopicName: { code: 'PULSAR_TOPIC_INVALID', remedy: 'Check init.topic.' },
  TopicTerminated: {
    code: 'PULSAR_TOPIC_TERMINATED',
    remedy: 'The topic takes no more messages. Choose another one.',
  },
  AuthenticationError: {
    code: 'PULSAR_NOT_AUTHENTICATED',
    remedy: 'Check credentials.token: is it of this cluster, and not expired?',
  },
  ErrorGettingAuthenticationData: { code: 'PULSAR_NOT_AUTHENTICATED', remedy: 'Check credentials.token.' },
  AuthorizationError: {
    code: 'PULSAR_NOT_AUTHORIZED',
    remedy: "Grant the token's role 'produce' on the namespace, or use another token.",
  },
  NotAllowedError: { code: 'PULSAR_NOT_AUTHORIZED', remedy: "Check what the topic's policies allow." },
  InvalidUrl: { code: 'PULSAR_HOST_INVALID', remedy: 'Check credentials.host.' },
  InvalidConfiguration: { code: 'PULSAR_REFUSED', remedy: 'Check the credentials and the topic.' },
  IncompatibleSchema: {
    code: 'PULSAR_REFUSED',
    remedy: "The topic's schema does not take plain JSON bytes. Choose another topic.",
  },
};

const PERMANENT: Readonly<Record<string, string>> = {
  MessageTooBig: 'PULSAR_MESSAGE_TOO_LARGE',
  InvalidMessage: 'PULSAR_MESSAGE_REFUSED',
};

/** The cluster's state: nothing is wrong with the message. */
const CLUSTER_STATES = new Set([
  'TimeOut',
  'ConnectError',
  'ReadError',
  'LookupError',
  'NotConnected',
  'Disconnected',
  'AlreadyClosed',
  'BrokerMetadataError',
  'BrokerPersistenceError',
  'ServiceUnitNotReady',
  'TooManyLookupRequestException',
  'ProducerBlockedQuotaExceededError',
  'ProducerBlockedQuotaExceededException',
  'ProducerQueueIsFull',
  'MemoryBufferIsFull',
  'ProducerBusy',
  'ProducerFenced',
  'Interrupted',
]);

const PRODUCER_GONE = new Set(['AlreadyClosed', 'ProducerFenced', 'ProducerNotInitialized']);

/**
 * What a failure of the native client means, its own words kept.
 * @param where address and topic, for the message
 */
export function nativeError(where: string, cause: unknown): DestError {
  const words = messageOf(cause);
  const result = resultOf(cause);
  const refusal = CONFIGURATION[result];
  if (refusal !== undefined) {
    return new ConfigurationError(`${where}: ${words}. ${refusal.remedy}`, { code: refusal.code, cause });
  }
  const permanent = PERMANENT[result];
  if (permanent !== undefined) return new PermanentError(`${where}: ${words}`, { code: permanent, cause });
  if (words.startsWith('Failed to create producer: TimeOut')) {
    return new TransientError(
      `${where}: ${words}. The native client says this both when nothing answers at the address and when the token is ` +
        "missing or refused: check that the broker runs, and credentials.host and credentials.token; the broker's log tells which.",
      { code: 'PULSAR_UNREACHABLE', scope: 'destination', cause },
    );
  }
  return new TransientError(`${where}: ${words}`, {
    code: 'PULSAR_SEND_FAILED',
    scope: CLUSTER_STATES.has(result) ? 'destination' : 'item',
    cause,
  });
}

/** Whether the client's producer is of no use any more, and another one is needed. */
export function isNativeProducerGone(cause: unknown): boolean {
  return PRODUCER_GONE.has(resultOf(cause));
}

function resultOf(cause: unknown): string {
  return /(\w+)\W*$/.exec(messageOf(cause))?.[1] ?? '';
}
