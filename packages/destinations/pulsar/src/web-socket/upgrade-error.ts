import { ConfigurationError, TransientError, type DestError } from '@dest/core';

/** An answer to the upgrade request that is not an upgrade. */
export interface Refusal {
  readonly status: number;
  /** Pulsar's own words. */
  readonly words: string;
  /** Seconds, of the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** What a refused upgrade means for the destination. */
export function upgradeError(where: string, { status, words, retryAfterSeconds }: Refusal): DestError {
  const said = `Pulsar said: ${status} ${words}`;
  if (/TopicTerminated/.test(words)) {
    return new ConfigurationError(`${where} is terminated and takes no more messages. Choose another topic. ${said}`, {
      code: 'PULSAR_TOPIC_TERMINATED',
    });
  }
  const refused = REFUSALS[status];
  if (refused !== undefined) return new ConfigurationError(`${where} ${refused.what} ${said}`, { code: refused.code });
  if (status === 409) {
    return new TransientError(`${where} is held by another producer that wants it for itself. ${said}`, {
      code: 'PULSAR_CONFLICT',
      scope: 'destination',
    });
  }
  if (status >= 500 || status === 408 || status === 429) {
    return new TransientError(`${where} is not ready. ${said}`, {
      code: 'PULSAR_UNAVAILABLE',
      scope: 'destination',
      ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
    });
  }
  const what =
    status >= 300 && status < 400
      ? 'redirects to another address, which is not followed: it would be handed the token. Set credentials.host to the address itself.'
      : 'refused to open a WebSocket. Check that credentials.host is the address of a Pulsar broker or WebSocket proxy.';
  return new ConfigurationError(`${where} ${what} ${said}`, {
    code: status >= 300 && status < 400 ? 'PULSAR_REDIRECTED' : 'PULSAR_REFUSED',
  });
}

const REFUSALS: Readonly<Record<number, { readonly code: string; readonly what: string }>> = {
  401: {
    code: 'PULSAR_NOT_AUTHENTICATED',
    what: 'wants a token, or refused the one it got. Check credentials.token: is it of this cluster, and not expired?',
  },
  403: {
    code: 'PULSAR_NOT_AUTHORIZED',
    what: "knows the token, but its role may not produce there. Grant the role 'produce' on the namespace, or use another token.",
  },
  404: {
    code: 'PULSAR_TOPIC_NOT_FOUND',
    what: "is not there. Check the topic's tenant and namespace, and that the broker's WebSocket API is on (webSocketServiceEnabled=true).",
  },
};
