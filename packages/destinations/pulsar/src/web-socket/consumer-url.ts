import type { Topic } from '../topic';
import type { ConsumerOptions } from '../transport/pulsar-consumer';

/** More than that Pulsar doesn't send ahead: it has to be asked for. */
export const MOST_PUSHED = 1_000;

/**
 * The address of a subscription in Pulsar's WebSocket API. It holds no secret.
 * @param host `ws://`, `wss://`, `http://` or `https://`, with or without a path that a proxy wants
 */
export function consumerUrl(
  host: string,
  { domain, tenant, namespace, name }: Topic,
  { subscription, type, initialPosition, receiverQueueSize }: ConsumerOptions,
): string {
  const base = host.replace(/^http/, 'ws').replace(/\/+$/, '');
  const path = [domain, tenant, namespace, name, subscription].map(encodeURIComponent).join('/');
  const parameters = new URLSearchParams({
    subscriptionType: type,
    subscriptionInitialPosition: initialPosition === 'earliest' ? 'Earliest' : 'Latest',
    // Also how many Pulsar sends ahead of the acknowledgements.
    receiverQueueSize: String(Math.min(receiverQueueSize, MOST_PUSHED)),
    ...(receiverQueueSize > MOST_PUSHED ? { pullMode: 'true' } : {}),
  });
  return `${base}/ws/v2/consumer/${path}?${parameters.toString()}`;
}
