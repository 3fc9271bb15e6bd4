import { ConfigurationError } from '@dest/core';
import { requestHeaders } from './request-headers';
import { createScrubber, type Scrubber } from './scrubber';
import { decodeSecrets } from './sign-webhook';
import type { WebhookCredentials, WebhookInit } from './webhook-schemas';

/** What all requests of one destination have in common, checked once. */
export interface RequestPlan {
  readonly url: URL;
  /** What messages name: a URL's path and query may hold secrets. */
  readonly origin: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signingKeys: readonly Buffer[];
  readonly timeoutMs: number;
  readonly scrub: Scrubber;
}

/**
 * Checks credentials and parameters beyond what their schemas can say.
 *
 * @throws ConfigurationError with a code of its own for each thing that is wrong.
 */
export function planRequests(credentials: WebhookCredentials, init: WebhookInit): RequestPlan {
  const url = parseUrl(credentials.url);
  const headers = requestHeaders(credentials, init);
  const signingKeys = decodeSecrets(credentials.secret);
  const pathAndQuery = `${url.pathname}${url.search}`;
  return {
    url,
    origin: url.origin,
    method: init.method,
    headers,
    signingKeys,
    timeoutMs: init.timeoutMs,
    scrub: createScrubber([
      credentials.token,
      credentials.password,
      ...[credentials.secret ?? []].flat(),
      ...[credentials.secret ?? []].flat().map((secret) => secret.replace(/^whsec_/, '')),
      ...Object.values(credentials.headers ?? {}),
      headers.authorization?.replace(/^\w+ /, ''),
      // A short path is no secret, and would be found in anything.
      pathAndQuery.length < 8 ? undefined : pathAndQuery,
      ...url.searchParams.values(),
    ]),
  };
}

function parseUrl(text: string): URL {
  // A URL parser drops line breaks without a word.
  const url = /[\0-\x20\x7f]/.test(text) || !URL.canParse(text) ? undefined : new URL(text);
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ConfigurationError('credentials.url: should be a URL that starts with http:// or https://, is not.', {
      code: 'WEBHOOK_URL_INVALID',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError(
      'credentials.url: should have no user name and password in it. Set credentials.username and credentials.password.',
      { code: 'WEBHOOK_URL_HAS_CREDENTIALS' },
    );
  }
  return url;
}
