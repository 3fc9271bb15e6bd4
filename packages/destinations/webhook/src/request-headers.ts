import { ConfigurationError } from '@dest/core';
import type { WebhookCredentials, WebhookInit } from './webhook-schemas';

// Field names and values by RFC 9110, 5.1 and 5.5.
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that the connection, the body or this destination decide. */
const RESERVED = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);

/**
 * The headers that every request has: those of `init` and of the credentials, content type, authentication but for
 * OAuth 2.0.
 *
 * @throws ConfigurationError `WEBHOOK_HEADER_INVALID`, `WEBHOOK_HEADER_RESERVED`, `WEBHOOK_AUTH_INVALID` or
 * `WEBHOOK_AUTH_AMBIGUOUS`; never with a value, which may be a secret.
 */
export function requestHeaders(credentials: WebhookCredentials, init: WebhookInit): Record<string, string> {
  if (!VALUE.test(init.contentType)) throw invalidValue('init.contentType');
  const headers: Record<string, string> = { 'content-type': init.contentType };
  addHeaders(headers, 'init.headers', init.headers);
  if (headers.authorization !== undefined) {
    throw refusal(
      'WEBHOOK_HEADER_RESERVED',
      'init.headers',
      'authorization is a secret: set it in credentials.headers',
    );
  }
  addHeaders(headers, 'credentials.headers', credentials.headers ?? {});
  const authorization = authorizationOf(credentials);
  const ways = [headers.authorization, authorization, credentials.oauth2].filter((way) => way !== undefined);
  if (ways.length > 1) {
    throw refusal('WEBHOOK_AUTH_AMBIGUOUS', 'credentials', 'set one of headers.authorization, token, username, oauth2');
  }
  return authorization === undefined ? headers : { ...headers, authorization };
}

/** The `Authorization` header of a token, or of a user name and password (RFC 7617, UTF-8). */
export function authorizationOf(credentials: WebhookCredentials): string | undefined {
  const { token, username, password } = credentials;
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    throw refusal('WEBHOOK_AUTH_AMBIGUOUS', 'credentials', 'set either token, or username and password');
  }
  if (token !== undefined) {
    if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
    throw refusal(
      'WEBHOOK_AUTH_INVALID',
      'credentials.token',
      'should be visible ASCII, without spaces or line breaks',
    );
  }
  if (username === undefined) {
    if (password === undefined) return undefined;
    throw refusal('WEBHOOK_AUTH_INVALID', 'credentials.password', 'needs a username beside it');
  }
  // eslint-disable-next-line no-control-regex -- control characters are what must not be there
  if (username.includes(':') || /[\0-\x1f\x7f]/.test(`${username}${password ?? ''}`)) {
    throw refusal(
      'WEBHOOK_AUTH_INVALID',
      'credentials',
      'username should have no colon, and neither username nor password a line break or control character',
    );
  }
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
}

function addHeaders(headers: Record<string, string>, place: string, added: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(added)) {
    const key = name.toLowerCase();
    if (!NAME.test(name)) {
      throw refusal('WEBHOOK_HEADER_INVALID', place, `${JSON.stringify(name)} is no valid header name`);
    }
    if (key === 'content-type') throw refusal('WEBHOOK_HEADER_RESERVED', place, 'set init.contentType instead');
    if (RESERVED.has(key)) throw refusal('WEBHOOK_HEADER_RESERVED', place, `${name} is set by the destination itself`);
    if (typeof value !== 'string' || !VALUE.test(value)) throw invalidValue(`${place}.${name}`);
    headers[key] = value;
  }
}

function invalidValue(place: string): ConfigurationError {
  return refusal(
    'WEBHOOK_HEADER_INVALID',
    place,
    'has a line break, a control character or one beyond Latin-1, which no header can carry',
  );
}

function refusal(code: string, place: string, what: string): ConfigurationError {
  return new ConfigurationError(`${place}: ${what}.`, { code });
}
