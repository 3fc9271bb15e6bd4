import { ConfigurationError, failureOf, messageOf, TransientError, type DestError } from '@dest/core';
import { parseRetryAfter } from '../failures/parse-retry-after';
import { rootCause } from '../failures/root-cause';
import { isTlsFailure } from '../failures/tls-failure';

/** An issuer's answer that is no token. */
export interface OAuth2Refusal {
  readonly status: number;
  /** The issuer's own words, without secrets. */
  readonly words: string;
  readonly retryAfter: string | null;
}

/** The issuer will not give a token until somebody changes something. */
export function oauth2Refused(url: URL, why: string): ConfigurationError {
  return new ConfigurationError(`The OAuth 2.0 issuer at ${url.origin}${url.pathname} gives no token: ${why}`, {
    code: 'PULSAR_OAUTH2_REFUSED',
  });
}

/** What an issuer's answer other than 200 means. */
export function oauth2StatusError(url: URL, { status, words, retryAfter }: OAuth2Refusal): DestError {
  const said = `It said: ${status}${words === '' ? '' : ` ${words}`}`;
  if (status >= 500 || status === 408 || status === 429) {
    return unavailable(url, said, { retryAfterMs: parseRetryAfter(retryAfter, Date.now()) });
  }
  if (status >= 300 && status < 400) {
    return oauth2Refused(
      url,
      `it redirects, which is not followed. Set credentials.oauth2.issuerUrl to the final one. ${said}`,
    );
  }
  return oauth2Refused(
    url,
    `check credentials.oauth2: is issuerUrl the issuer's, are client and secret right, and are audience and scope allowed? ${said}`,
  );
}

/** Why an issuer gave no answer at all. What the host's network policy refused stays what it is. */
export function oauth2Unreachable(url: URL, thrown: unknown): unknown {
  const { retry, scope } = failureOf(thrown);
  if (retry !== 'transient' || scope === 'destination') return thrown;
  const cause = rootCause(thrown);
  const words = messageOf(cause);
  if (isTlsFailure(cause)) {
    return new ConfigurationError(
      `The OAuth 2.0 issuer at ${url.origin} can't be trusted: ${words}. Check credentials.oauth2.issuerUrl, and that Node ` +
        "trusts the issuer's certificate (NODE_EXTRA_CA_CERTS); credentials.tls is for Pulsar only.",
      { code: 'PULSAR_OAUTH2_REFUSED', cause },
    );
  }
  return unavailable(url, `It can't be reached: ${words}. Check that it runs, and credentials.oauth2.issuerUrl.`, {
    cause,
  });
}

function unavailable(
  url: URL,
  why: string,
  { retryAfterMs, cause }: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown },
): TransientError {
  return new TransientError(
    `The OAuth 2.0 issuer at ${url.origin}${url.pathname} gives no token for the moment. ${why}`,
    {
      code: 'PULSAR_OAUTH2_UNAVAILABLE',
      scope: 'destination',
      ...(cause === undefined ? {} : { cause }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}
