import type { Topic } from '../topic';

/**
 * Batching is off unless asked for, and makes the difference of one disk write for each message.
 * The broker's own cap is above ours: at its cap it answers with errors, and out of order.
 */
const PARAMETERS = new URLSearchParams({
  batchingEnabled: 'true',
  batchingMaxMessages: '1000',
  batchingMaxPublishDelay: '5',
  maxPendingMessages: '5000',
}).toString();

/**
 * The address of a topic's producer in Pulsar's WebSocket API. It holds no secret.
 * @param host `ws://`, `wss://`, `http://` or `https://`, with or without a path that a proxy wants
 */
export function producerUrl(host: string, { domain, tenant, namespace, name }: Topic): string {
  const base = host.replace(/^http/, 'ws').replace(/\/+$/, '');
  const path = [domain, tenant, namespace, name].map(encodeURIComponent).join('/');
  return `${base}/ws/v2/producer/${path}?${PARAMETERS}`;
}
