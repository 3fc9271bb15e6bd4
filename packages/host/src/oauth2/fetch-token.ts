import type { OAuth2Settings } from '@dest/core';
import { askIssuer, type AskIssuerOptions } from './ask-issuer';
import { issuerError, issuerRefused } from './issuer-errors';

/** A token as an issuer gave it. */
export interface FetchedToken {
  readonly accessToken: string;
  /** Absent where the issuer doesn't say. */
  readonly lifeMs?: number;
  /** The next refresh token; absent where the issuer gave no other. */
  readonly refreshToken?: string;
}

/**
 * Asks the issuer for a token: by refresh token where there is one, else by client credentials (RFC 6749, 6 and 4.4).
 *
 * @param refreshToken - the one that is valid now
 * @throws ConfigurationError `OAUTH2_CLIENT_REFUSED`, `OAUTH2_REFRESH_TOKEN_REFUSED` or `OAUTH2_REFUSED`; TransientError
 *   `OAUTH2_UNAVAILABLE`; what the network policy says
 */
export async function fetchToken(
  settings: OAuth2Settings,
  refreshToken: string | undefined,
  options: AskIssuerOptions,
): Promise<FetchedToken> {
  const { resource } = options;
  const url = await tokenEndpoint(settings, options);
  const answer = await askIssuer(url, requestOf(settings, refreshToken), options);
  const { status, members = {}, error } = answer;
  if (status !== 200 || error !== '') throw issuerError(resource, answer, refreshToken !== undefined);
  const { access_token: accessToken, token_type: type, expires_in: seconds, refresh_token: next } = members;
  if (!isHeaderText(accessToken)) {
    throw issuerRefused(
      resource,
      url,
      'its answer has no access_token. Check tokenUrl or issuerUrl in the credentials.',
    );
  }
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') {
    const found = options.redact(type).slice(0, 50);
    throw issuerRefused(resource, url, `its token is of the type ${found}, and only bearer tokens can be used.`);
  }
  return {
    accessToken,
    ...(Number(seconds) > 0 ? { lifeMs: Number(seconds) * 1000 } : {}),
    ...(refreshToken !== undefined && isPrintable(next) ? { refreshToken: next } : {}),
  };
}

function requestOf(settings: OAuth2Settings, refreshToken: string | undefined): RequestInit {
  const { clientId, clientSecret, clientAuthentication, scope, audience } = settings;
  const basic = clientAuthentication === 'basic' && clientSecret !== undefined;
  const form = new URLSearchParams({
    ...(refreshToken === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: refreshToken }),
    ...(basic ? {} : { client_id: clientId, ...(clientSecret === undefined ? {} : { client_secret: clientSecret }) }),
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  });
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(basic ? { authorization: `Basic ${basicOf(clientId, clientSecret)}` } : {}),
  };
  return { method: 'POST', headers, body: form.toString() };
}

/** Each is form-encoded before they are joined (RFC 6749, 2.3.1). */
function basicOf(clientId: string, clientSecret: string): string {
  const encoded = [clientId, clientSecret].map((text) => new URLSearchParams([['', text]]).toString().slice(1));
  return Buffer.from(encoded.join(':')).toString('base64');
}

/** Read each time: issuers move their endpoints. */
async function tokenEndpoint({ tokenUrl, issuerUrl = '' }: OAuth2Settings, options: AskIssuerOptions): Promise<URL> {
  if (tokenUrl !== undefined) return new URL(tokenUrl);
  const { resource } = options;
  const metadata = new URL(`${issuerUrl.replace(/\/+$/, '')}/.well-known/openid-configuration`);
  const answer = await askIssuer(metadata, { method: 'GET' }, options);
  if (answer.status !== 200) throw issuerError(resource, answer, false);
  const { token_endpoint: text } = answer.members ?? {};
  const endpoint = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  // The secret goes there.
  if (endpoint?.protocol === 'https:') return endpoint;
  if (endpoint?.protocol === 'http:' && metadata.protocol === 'http:') return endpoint;
  const found = endpoint === undefined ? 'none' : endpoint.origin;
  const why = `its metadata should name a token_endpoint that is as secure as itself, names ${found}. Check issuerUrl in the credentials.`;
  throw issuerRefused(resource, metadata, why);
}

function isPrintable(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
}

function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
