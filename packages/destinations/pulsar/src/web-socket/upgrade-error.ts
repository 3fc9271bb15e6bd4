import { ConfigurationError, TransientError, type DestError } from '@dest/core';
import { brokerState } from '../failures/broker-state';
import { topicError } from '../failures/topic-error';

/** An answer to the upgrade request that is not an upgrade. */
export interface Refusal {
  readonly status: number;
  /** Pulsar's own words. */
  readonly words: string;
  /** Of the header `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
}

/** What a connection is for, as Pulsar calls the right to it. */
export type PulsarAction = 'produce' | 'consume';

/** What a refused upgrade means for the destination, or the intake. */
export function upgradeError(
  where: string,
  { status, words, retryAfterMs }: Refusal,
  action: PulsarAction = 'produce',
): DestError {
  const said = `Pulsar said: ${status} ${words}`;
  const aboutTopic = topicError(where, words, said);
  if (aboutTopic !== undefined) return aboutTopic;
  const refused = REFUSALS[status];
  if (refused !== undefined) {
    return new ConfigurationError(`${where} ${refused.what} ${said}`, { code: refused.code });
  }
  if (status === 404) return notFound(where, words, said);
  if (status === 409) {
    const named = action === 'produce' ? ' of the same name' : '';
    const remedy = action === 'produce' ? ', or choose another producerName' : '';
    return new TransientError(
      `${where} is held by another ${action}r${named}, or by one that wants it for itself. End that one${remedy}. ${said}`,
      { code: 'PULSAR_CONFLICT', scope: 'destination' },
    );
  }
  if (status >= 500 || status === 408 || status === 429) {
    return new TransientError(`${where} is not ready. ${said}`, {
      code: brokerState(words) === 'PULSAR_BUSY' ? 'PULSAR_BUSY' : 'PULSAR_UNAVAILABLE',
      scope: 'destination',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  const redirected = status >= 300 && status < 400;
  const what = redirected
    ? 'redirects to another address, which is not followed: it would be handed the credentials. Set credentials.host to the address itself.'
    : 'refused to open a WebSocket. Check that credentials.host is the address of a Pulsar broker or WebSocket proxy.';
  return new ConfigurationError(`${where} ${what} ${said}`, {
    code: redirected ? 'PULSAR_REDIRECTED' : 'PULSAR_REFUSED',
  });
}

/** Pulsar gives its reason; a server that has no such path, or a proxy, doesn't. */
function notFound(where: string, words: string, said: string): ConfigurationError {
  if (/Failed to create|topic|tenant|namespace|partition|property/i.test(words)) {
    return new ConfigurationError(`${where} is not there. Check the topic's tenant and namespace. ${said}`, {
      code: 'PULSAR_TOPIC_NOT_FOUND',
    });
  }
  return new ConfigurationError(
    `${where}: there is no WebSocket API at this address. Check credentials.host, and that the broker's WebSocket API is on ` +
      `(webSocketServiceEnabled=true). ${said}`,
    { code: 'PULSAR_NO_WEB_SOCKET_API' },
  );
}

const REFUSALS: Readonly<Record<number, { readonly code: string; readonly what: string }>> = {
  401: {
    code: 'PULSAR_NOT_AUTHENTICATED',
    what: 'wants authentication, or refused what it got. Check the credentials: are they of this cluster, and not expired?',
  },
  403: {
    code: 'PULSAR_NOT_AUTHORIZED',
    what: "knows who we are, but that role may not do this there. Grant the role 'produce' ('consume' for an intake) on the namespace, or use other credentials.",
  },
  407: {
    code: 'PULSAR_REFUSED',
    what: 'is behind a proxy that wants credentials of its own, which is not supported. Set credentials.host to an address without it.',
  },
};
