import { ConfigurationError, failureOf, TransientError, type DestError } from '@dest/core';
import type { IssuerAnswer } from './issuer-answer';

const TLS =
  /CERT|^ERR_(TLS|SSL)_|^EPROTO$|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$/;

/** Errors of RFC 6749 that are about the client itself. */
const ABOUT_CLIENT = ['invalid_client', 'unauthorized_client'];
/** Errors of RFC 6749, 4.1.2.1, that some issuers give here too. */
const FOR_THE_MOMENT = ['temporarily_unavailable', 'server_error'];

/** The issuer gives no token until somebody changes something. */
export function issuerRefused(resource: string, url: URL, why: string, code = 'OAUTH2_REFUSED'): ConfigurationError {
  return new ConfigurationError(
    `Resource ${resource}: the OAuth 2.0 issuer at ${placeOf(url)} gives no token: ${why}`,
    {
      code,
    },
  );
}

/** What an answer means that has no token in it. */
export function issuerError(resource: string, answer: IssuerAnswer, refreshing: boolean): DestError {
  const { url, status, error, words, retryAfterMs } = answer;
  const said = `It said: ${status}${words === '' ? '' : ` ${words}`}`;
  const refused = (why: string, code?: string): ConfigurationError =>
    issuerRefused(resource, url, `${why} ${said}`, code);
  if (status >= 500 || status === 408 || status === 429 || FOR_THE_MOMENT.includes(error)) {
    return issuerUnavailable(resource, url, said, { retryAfterMs });
  }
  if (status >= 300 && status < 400) {
    return refused('it redirects, which is not followed. Set tokenUrl or issuerUrl to the final address.');
  }
  if (error === 'invalid_grant' && refreshing) {
    return refused(
      'it refuses the refresh token, which has expired, was revoked, or was used without its successor being kept (as when ' +
        'the machine fails at that moment). Grant access again, and set refreshToken in the credentials to the new one.',
      'OAUTH2_REFRESH_TOKEN_REFUSED',
    );
  }
  if (status === 401 || ABOUT_CLIENT.includes(error)) {
    return refused(
      'it refuses the client. Check clientId, clientSecret and clientAuthentication in the credentials, and that the client may ' +
        'use this grant.',
      'OAUTH2_CLIENT_REFUSED',
    );
  }
  return refused('check tokenUrl or issuerUrl, scope and audience in the credentials.');
}

/** Why an issuer gave no answer at all. */
export function issuerUnreachable(resource: string, url: URL, cause: unknown): DestError {
  const { message, causes = [] } = failureOf(cause);
  const { code = '', message: words } = causes.at(-1) ?? { message };
  const why = `${words}${code === '' ? '' : ` (${code})`}`;
  if (TLS.test(code)) {
    return new ConfigurationError(
      `Resource ${resource}: the OAuth 2.0 issuer at ${url.origin} can't be trusted: ${why}. Check its address in the credentials, ` +
        'and that Node trusts its certificate (NODE_EXTRA_CA_CERTS).',
      { code: 'OAUTH2_REFUSED', cause },
    );
  }
  const unreachable = `It can't be reached: ${why}. Check that it runs, and its address in the credentials.`;
  return issuerUnavailable(resource, url, unreachable, { cause });
}

/** The issuer gives no token for the moment. */
function issuerUnavailable(
  resource: string,
  url: URL,
  why: string,
  { retryAfterMs, cause }: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown },
): TransientError {
  return new TransientError(
    `Resource ${resource}: the OAuth 2.0 issuer at ${placeOf(url)} gives no token for the moment. ${why}`,
    {
      code: 'OAUTH2_UNAVAILABLE',
      scope: 'destination',
      ...(cause === undefined ? {} : { cause }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/** A query may hold secrets. */
function placeOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
