import { ConfigurationError, messageOf, PermanentError, TransientError, type DestError } from '@dest/core';
import { brokerState } from '../failures/broker-state';
import { topicError } from '../failures/topic-error';

/** What the native client's result names mean that are not about a topic; it throws plain errors that end with one. */
const CONFIGURATION: Readonly<Record<string, { readonly code: string; readonly remedy: string }>> = {
  AuthenticationError: {
    code: 'PULSAR_NOT_AUTHENTICATED',
    remedy: 'Check the credentials: are they of this cluster, and not expired?',
  },
  ErrorGettingAuthenticationData: {
    code: 'PULSAR_NOT_AUTHENTICATED',
    remedy: 'The client could not make use of the credentials. Check token, oauth2 and the files of tls.',
  },
  InvalidUrl: { code: 'PULSAR_HOST_INVALID', remedy: 'Check credentials.host.' },
  InvalidConfiguration: { code: 'PULSAR_REFUSED', remedy: 'Check the credentials and the topic.' },
  UnsupportedVersionError: { code: 'PULSAR_REFUSED', remedy: 'The broker is too old for this client.' },
  OperationNotSupported: { code: 'PULSAR_REFUSED', remedy: 'The broker does not know this operation.' },
};

const PERMANENT: Readonly<Record<string, string>> = {
  MessageTooBig: 'PULSAR_MESSAGE_TOO_LARGE',
  InvalidMessage: 'PULSAR_MESSAGE_REFUSED',
  CryptoError: 'PULSAR_MESSAGE_REFUSED',
};

const PRODUCER_GONE = new Set(['AlreadyClosed', 'ProducerFenced', 'ProducerNotInitialized']);

/** What the client says while it connects, whatever the reason is. */
const UNEXPLAINED = new Set(['TimeOut', 'ConnectError', 'AuthenticationError', 'ErrorGettingAuthenticationData']);

/**
 * What a failure of the native client means, its own words kept.
 * @param where address and topic, for the message
 */
export function nativeError(where: string, cause: unknown): DestError {
  const words = messageOf(cause);
  const result = resultOf(cause);
  const aboutTopic = topicError(where, result, `Pulsar said: ${words}`, cause);
  if (aboutTopic !== undefined) return aboutTopic;
  const refusal = CONFIGURATION[result];
  if (refusal !== undefined) {
    return new ConfigurationError(`${where}: ${words}. ${refusal.remedy}`, { code: refusal.code, cause });
  }
  const permanent = PERMANENT[result];
  if (permanent !== undefined) return new PermanentError(`${where}: ${words}`, { code: permanent, cause });
  const state = brokerState(result);
  return new TransientError(`${where}: ${words}`, {
    code: state ?? 'PULSAR_SEND_FAILED',
    scope: state === undefined ? 'item' : 'destination',
    cause,
  });
}

/** Whether the client's producer is of no use any more, and another one is needed. */
export function isNativeProducerGone(cause: unknown): boolean {
  return PRODUCER_GONE.has(resultOf(cause));
}

/** Whether the client's words leave open what is wrong with address or credentials. */
export function isUnexplained(cause: unknown): boolean {
  return UNEXPLAINED.has(resultOf(cause));
}

/** The client names some of its results with `Result` before, and some without. */
function resultOf(cause: unknown): string {
  return /\b(?:Result)?(\w+?)\W*$/.exec(messageOf(cause))?.[1] ?? '';
}
