import type { Topic } from '../topic';

/** How many messages Pulsar sends ahead of the acknowledgements; more it doesn't take. */
const QUEUE_SIZE = 1_000;

/**
 * The address of a reader in Pulsar's WebSocket API. It holds no secret.
 * @param host `ws://`, `wss://`, `http://` or `https://`, with or without a path that a proxy wants
 * @param after the message to begin after, in Base64; undefined for the oldest one
 */
export function readerUrl(host: string, { domain, tenant, namespace, name }: Topic, after: string | undefined): string {
  const base = host.replace(/^http/, 'ws').replace(/\/+$/, '');
  const path = [domain, tenant, namespace, name].map(encodeURIComponent).join('/');
  const parameters = new URLSearchParams({ messageId: after ?? 'earliest', receiverQueueSize: String(QUEUE_SIZE) });
  return `${base}/ws/v2/reader/${path}?${parameters.toString()}`;
}
