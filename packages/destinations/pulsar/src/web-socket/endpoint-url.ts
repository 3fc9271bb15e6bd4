import type { Topic } from '../topic';

/**
 * The address of an endpoint of Pulsar's WebSocket API. It holds no secret.
 * @param host `ws://`, `wss://`, `http://` or `https://`, with or without a path that a proxy wants
 * @param further parts of the path after the topic
 */
export function endpointUrl(
  host: string,
  endpoint: 'producer' | 'consumer' | 'reader',
  { domain, tenant, namespace, name }: Pick<Topic, 'domain' | 'tenant' | 'namespace' | 'name'>,
  parameters: Readonly<Record<string, string>>,
  further: readonly string[] = [],
): string {
  const base = host.replace(/^http/, 'ws').replace(/\/+$/, '');
  const path = [domain, tenant, namespace, name, ...further].map(encodeURIComponent).join('/');
  return `${base}/ws/v2/${endpoint}/${path}?${new URLSearchParams(parameters).toString()}`;
}
