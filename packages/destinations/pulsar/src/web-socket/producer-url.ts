import type { Topic } from '../topic';
import { DEFAULT_BATCHING, type Batching, type ProducerSettings } from '../transport/producer-settings';
import { endpointUrl } from './endpoint-url';

/** The broker's own cap is above ours: at its cap it answers with errors, and out of order. */
const MAX_PENDING_MESSAGES = '5000';

/** The address of a topic's producer in Pulsar's WebSocket API. */
export function producerUrl(host: string, topic: Topic, settings: ProducerSettings): string {
  return endpointUrl(host, 'producer', topic, parametersOf(settings));
}

function parametersOf(settings: ProducerSettings): Readonly<Record<string, string>> {
  const { name, compression, sendTimeoutMs } = settings;
  const batching = batchingOf(settings);
  return {
    maxPendingMessages: MAX_PENDING_MESSAGES,
    batchingEnabled: String(batching !== false),
    ...(batching === false
      ? {}
      : {
          batchingMaxMessages: String(batching.maxMessages),
          batchingMaxPublishDelay: String(batching.maxDelayMs),
        }),
    ...(compression === 'NONE' ? {} : { compressionType: compression }),
    ...(name === undefined ? {} : { producerName: name }),
    ...(sendTimeoutMs === undefined ? {} : { sendTimeoutMillis: String(sendTimeoutMs) }),
  };
}

/**
 * Batching is off at Pulsar unless asked for, and makes the difference of one disk write for each message. This API
 * has no batches of one key, and a batch of several goes whole to the consumer of one.
 */
function batchingOf({ batching, keyOrder }: ProducerSettings): Batching | false {
  return batching ?? (keyOrder ? false : DEFAULT_BATCHING);
}
