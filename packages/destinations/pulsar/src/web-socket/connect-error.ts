import { ConfigurationError, messageOf, TransientError, type DestError } from '@dest/core';

/** Node's and OpenSSL's codes for a certificate or a TLS set-up that will not get better by itself. */
const TLS_CODES =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** Why no connection came about, other than a refusal by HTTP status. */
export function connectError(where: string, cause: unknown): DestError {
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && TLS_CODES.test(code)) {
    return new ConfigurationError(
      `${where}: TLS failed with ${code}: ${messageOf(cause)} ` +
        "Check that credentials.host has the right scheme and port, and that Node trusts the broker's certificate (NODE_EXTRA_CA_CERTS).",
      { code: 'PULSAR_TLS_REFUSED', cause },
    );
  }
  return new TransientError(
    `${where} can't be reached: ${messageOf(cause)}. Check that the broker runs and that credentials.host is its address.`,
    { code: 'PULSAR_UNREACHABLE', scope: 'destination', cause },
  );
}
