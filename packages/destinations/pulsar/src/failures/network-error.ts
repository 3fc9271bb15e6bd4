import { failureOf, messageOf, TransientError, type DestError } from '@dest/core';
import { rootCause } from './root-cause';
import { isTlsFailure, tlsError } from './tls-failure';

/** Why no connection to an address came about. */
export function networkError(where: string, thrown: unknown): DestError {
  const cause = rootCause(thrown);
  if (isTlsFailure(cause)) return tlsError(where, cause);
  const { code } = failureOf(cause);
  const remedy = /^(ENOTFOUND|EAI_)/.test(code)
    ? 'Its host name could not be resolved: check credentials.host, and the name service.'
    : 'Check that the broker runs, and that credentials.host has its address, scheme and port.';
  return new TransientError(`${where} can't be reached: ${messageOf(cause)}. ${remedy}`, {
    code: 'PULSAR_UNREACHABLE',
    scope: 'destination',
    cause,
  });
}
