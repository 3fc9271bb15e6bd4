import { ConfigurationError, messageOf } from '@dest/core';

/** Node's and OpenSSL's codes for a certificate or a TLS set-up that will not get better by itself. */
const CODES =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/;

/** What to do, by code and words; the first that matches. */
const REMEDIES: readonly (readonly [about: RegExp, remedy: string])[] = [
  [
    /^(UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|CERT_UNTRUSTED)/,
    "The broker's certificate is not trusted: set credentials.tls.trustCertificate to the certificate of the authority that signed it.",
  ],
  [/^CERT_HAS_EXPIRED/, "The broker's certificate has expired: give the broker a new one."],
  [/^CERT_NOT_YET_VALID/, "The broker's certificate is not valid yet: check the clocks of both machines."],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)/,
    "The broker's certificate is for another name: set credentials.host to the name it is for, or credentials.tls.verifyHostname to false.",
  ],
  [
    /alert[ _](bad[ _]certificate|certificate|unknown[ _]ca|no[ _]certificate|access[ _]denied|handshake[ _]failure)/i,
    'The broker broke the handshake off. It may want a client certificate, or refuse ours: set credentials.tls.clientCertificate ' +
      'and clientKey to what it trusts.',
  ],
];

/** Whether a connection failed by TLS, rather than by the network. */
export function isTlsFailure(cause: unknown): boolean {
  return CODES.test(codeOf(cause));
}

/** @param where the address, for the message */
export function tlsError(where: string, cause: unknown): ConfigurationError {
  const code = codeOf(cause);
  const words = messageOf(cause).trim();
  const remedy =
    REMEDIES.find(([about]) => about.test(`${code} ${words}`))?.[1] ??
    'Check that credentials.host has the right scheme and port.';
  return new ConfigurationError(`${where}: TLS failed with ${code}: ${words}. ${remedy}`, {
    code: 'PULSAR_TLS_REFUSED',
    cause,
  });
}

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
