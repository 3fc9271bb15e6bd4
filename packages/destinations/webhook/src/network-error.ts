import { ConfigurationError, failureOf, messageOf, TransientError } from '@dest/core';
import { statusError } from './status-error';

const CERTIFICATE =
  /CERT|^ERR_(TLS|SSL)_|^EPROTO$|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$/;

/**
 * The error for a request that got no answer. What a person has to mend is a ConfigurationError (the network policy, a
 * name that doesn't exist, a certificate); all else is the destination's and transient.
 */
export function networkError(thrown: unknown, method: string, origin: string): unknown {
  const { retry, scope } = failureOf(thrown);
  // Already classified, by the network policy for one.
  if (retry !== 'transient' || scope === 'destination') return thrown;
  const cause = rootCause(thrown);
  const code = codeOf(cause);
  // The Fetch standard makes a network error of this one status, and the client one without a message.
  if (code === undefined && cause instanceof Error && cause.message === '') {
    return statusError({ method, origin, status: 407, excerpt: '' });
  }
  const what = `${method} to ${origin} failed: ${messageOf(cause)}${code === undefined ? '' : ` (${code})`}.`;
  if (code === 'ENOTFOUND') {
    const advice = "There is no such host: check the url in the resource's credentials.";
    return new ConfigurationError(`${what} ${advice}`, { code: 'WEBHOOK_HOST_UNKNOWN', cause });
  }
  if (code !== undefined && CERTIFICATE.test(code)) {
    const advice = "Check the receiver's certificate, and whether the url should start with https://.";
    return new ConfigurationError(`${what} ${advice}`, { code: 'WEBHOOK_TLS', cause });
  }
  // The Fetch standard refuses some ports, such as 25, whatever is there.
  if (messageOf(cause) === 'bad port') {
    return new ConfigurationError(`${what} Requests can't go to this port.`, { code: 'WEBHOOK_PORT_REFUSED', cause });
  }
  const advice = 'Check that the receiver runs, and the url.';
  return new TransientError(`${what} ${advice}`, { code: 'WEBHOOK_UNREACHABLE', scope: 'destination', cause });
}

/** The error inside `fetch failed`, and the first of several where more than one address was tried. */
function rootCause(thrown: unknown): unknown {
  let cause = thrown;
  for (let depth = 0; depth < 5; depth++) {
    const { cause: next, errors } = (cause ?? {}) as { cause?: unknown; errors?: readonly unknown[] };
    const inner = next ?? errors?.[0];
    if (inner === undefined) break;
    cause = inner;
  }
  return cause;
}

function codeOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
