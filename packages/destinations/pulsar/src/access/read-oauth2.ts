import { ConfigurationError, type Files } from '@dest/core';
import type { PulsarCredentials } from '../credentials';
import type { OAuth2Settings } from './oauth2-settings';
import { readTextOrFile } from './read-text-or-file';

const FIELD = 'credentials.oauth2.privateKey';
const JSON_TEXT = /^\s*\{/;

/**
 * Takes the client's id and secret as they are, or out of the key file.
 * Throws a ConfigurationError: PULSAR_FILE_UNREADABLE, PULSAR_OAUTH2_KEY_INVALID.
 */
export async function readOAuth2(
  oauth2: NonNullable<PulsarCredentials['oauth2']>,
  files: Files,
): Promise<OAuth2Settings> {
  const { issuerUrl, clientId, clientSecret, privateKey, audience, scope } = oauth2;
  const rest = {
    issuerUrl,
    ...(audience === undefined ? {} : { audience }),
    ...(scope === undefined ? {} : { scope }),
  };
  if (clientId !== undefined && clientSecret !== undefined) return { ...rest, clientId, clientSecret };
  const given = { field: FIELD, value: privateKey ?? '', textStart: JSON_TEXT, secret: true };
  return { ...rest, ...parseKeyFile((await readTextOrFile(given, files)).text) };
}

function parseKeyFile(text: string): { readonly clientId: string; readonly clientSecret: string } {
  const { client_id: clientId, client_secret: clientSecret } = membersOf(text);
  if (typeof clientId === 'string' && typeof clientSecret === 'string') return { clientId, clientSecret };
  throw new ConfigurationError(
    `${FIELD}: should be JSON with the texts client_id and client_secret, is something else. Fetch the key file anew.`,
    { code: 'PULSAR_OAUTH2_KEY_INVALID' },
  );
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    // The parser's own words would repeat a piece of the file.
    return {};
  }
}
