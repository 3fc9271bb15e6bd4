import type { Topic } from '../topic';
import type { ConsumerOptions } from '../transport/pulsar-consumer';
import { endpointUrl } from './endpoint-url';

/** More than that Pulsar doesn't send ahead: it has to be asked for. */
export const MOST_PUSHED = 1_000;

/** The address of a subscription in Pulsar's WebSocket API. */
export function consumerUrl(
  host: string,
  topic: Topic,
  { subscription, type, initialPosition, receiverQueueSize }: ConsumerOptions,
): string {
  const parameters = {
    subscriptionType: type,
    subscriptionInitialPosition: initialPosition === 'earliest' ? 'Earliest' : 'Latest',
    // Also how many Pulsar sends ahead of the acknowledgements.
    receiverQueueSize: String(Math.min(receiverQueueSize, MOST_PUSHED)),
    ...(receiverQueueSize > MOST_PUSHED ? { pullMode: 'true' } : {}),
  };
  return endpointUrl(host, 'consumer', topic, parameters, [subscription]);
}
