import { withoutTopicNames } from './without-topic-names';

/** States of the cluster by the names that Pulsar's errors carry, on both transports; the first that matches. */
const STATES: readonly (readonly [names: RegExp, code: string])[] = [
  [/QueueIsFull|MemoryBufferIsFull|QuotaExceeded|TooMany(Lookup)?Request/i, 'PULSAR_BUSY'],
  [/Fenced|ProducerBusy|ConsumerBusy/i, 'PULSAR_CONFLICT'],
  [/Timeout/i, 'PULSAR_TIMED_OUT'],
  [/NotConnected|Disconnected|AlreadyClosed|Connect|ReadError|NotInitialized/i, 'PULSAR_DISCONNECTED'],
  [/NotReady|Persistence|Metadata|LookupError|Lookup.*Exception|Retryable|Interrupted/i, 'PULSAR_UNAVAILABLE'],
];

/**
 * The code of a state in which the cluster takes nothing for the moment; nothing is wrong with the message then.
 * Undefined where Pulsar's words name none.
 */
export function brokerState(words: string): string | undefined {
  const text = withoutTopicNames(words);
  return STATES.find(([names]) => names.test(text))?.[1];
}
