import type { Topic } from '../topic';
import { endpointUrl } from './endpoint-url';

/** How many messages Pulsar sends ahead of the acknowledgements; more it doesn't take. */
const QUEUE_SIZE = 1_000;

/**
 * The address of a reader in Pulsar's WebSocket API.
 * @param after the message to begin after, in Base64; undefined for the oldest one
 */
export function readerUrl(host: string, topic: Topic, after: string | undefined): string {
  const parameters = { messageId: after ?? 'earliest', receiverQueueSize: String(QUEUE_SIZE) };
  return endpointUrl(host, 'reader', topic, parameters);
}
