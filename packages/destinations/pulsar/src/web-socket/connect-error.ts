import { ConfigurationError, failureOf, messageOf, type DestError } from '@dest/core';
import { networkError } from '../failures/network-error';
import { rootCause } from '../failures/root-cause';

/** Why no connection came about, other than a refusal by HTTP status. */
export function connectError(where: string, thrown: unknown): DestError {
  const cause = rootCause(thrown);
  // Node's HTTP parser could make nothing of the answer.
  if (failureOf(cause).code.startsWith('HPE_')) {
    return new ConfigurationError(
      `${where} answers, but not by HTTP: ${messageOf(cause)}. Check the scheme and port of credentials.host: the WebSocket ` +
        'API is on the port of the admin interface (8080, 8443), pulsar:// on another (6650, 6651).',
      { code: 'PULSAR_REFUSED', cause },
    );
  }
  return networkError(where, cause);
}
