import { ConfigurationError, type Files } from '@dest/core';
import type { PulsarCredentials } from '../credentials';
import { hasTls } from '../host';
import type { Access, Authentication, TlsMaterial } from './access';
import { readOAuth2 } from './read-oauth2';
import { readTls } from './read-tls';

/**
 * Makes credentials ready for use: reads their files, and decides on the one way of authentication.
 * Throws a ConfigurationError: PULSAR_AUTHENTICATION_AMBIGUOUS, PULSAR_TLS_UNUSED, and what reading files throws.
 */
export async function readAccess(credentials: PulsarCredentials, files: Files): Promise<Access> {
  const { host } = credentials;
  if (credentials.tls !== undefined && !hasTls(host)) {
    throw new ConfigurationError(
      'credentials.tls: needs an address with TLS. Set credentials.host to wss://, https:// or pulsar+ssl://, or remove tls.',
      { code: 'PULSAR_TLS_UNUSED' },
    );
  }
  const tls = await readTls(credentials.tls, files);
  return { host, tls, authentication: await readAuthentication(credentials, tls, files) };
}

async function readAuthentication(
  { token, username, password, oauth2 }: PulsarCredentials,
  { client }: TlsMaterial,
  files: Files,
): Promise<Authentication> {
  if ([token, username ?? password, oauth2].filter((given) => given !== undefined).length > 1) {
    throw new ConfigurationError(
      'credentials: should hold one way of authentication: token, or username with password, or oauth2. Remove the others.',
      { code: 'PULSAR_AUTHENTICATION_AMBIGUOUS' },
    );
  }
  if (token !== undefined) return { type: 'token', token };
  if (username !== undefined || password !== undefined) {
    return { type: 'basic', username: username ?? '', password: password ?? '' };
  }
  if (oauth2 !== undefined) return { type: 'oauth2', settings: await readOAuth2(oauth2, files) };
  return { type: client === undefined ? 'none' : 'certificate' };
}
