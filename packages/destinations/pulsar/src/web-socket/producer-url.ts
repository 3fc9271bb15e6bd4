import type { Topic } from '../topic';
import { DEFAULT_BATCHING, type Batching, type ProducerSettings } from '../transport/producer-settings';

/** The broker's own cap is above ours: at its cap it answers with errors, and out of order. */
const MAX_PENDING_MESSAGES = '5000';

/**
 * The address of a topic's producer in Pulsar's WebSocket API. It holds no secret.
 * @param host `ws://`, `wss://`, `http://` or `https://`, with or without a path that a proxy wants
 */
export function producerUrl(
  host: string,
  { domain, tenant, namespace, name }: Topic,
  settings: ProducerSettings,
): string {
  const base = host.replace(/^http/, 'ws').replace(/\/+$/, '');
  const path = [domain, tenant, namespace, name].map(encodeURIComponent).join('/');
  return `${base}/ws/v2/producer/${path}?${parametersOf(settings)}`;
}

function parametersOf(settings: ProducerSettings): string {
  const { name, compression, sendTimeoutMs } = settings;
  const batching = batchingOf(settings);
  return new URLSearchParams({
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
  }).toString();
}

/**
 * Batching is off at Pulsar unless asked for, and makes the difference of one disk write for each message. This API
 * has no batches of one key, and a batch of several goes whole to the consumer of one.
 */
function batchingOf({ batching, keyOrder }: ProducerSettings): Batching | false {
  return batching ?? (keyOrder ? false : DEFAULT_BATCHING);
}
