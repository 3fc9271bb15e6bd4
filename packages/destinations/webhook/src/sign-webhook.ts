import { createHmac } from 'node:crypto';
import { ConfigurationError } from '@dest/core';

const PREFIX = 'whsec_';

/**
 * Decodes the signing secrets of a resource: base64, with or without `whsec_`.
 *
 * @throws ConfigurationError `WEBHOOK_SECRET_INVALID`, without the secret.
 */
export function decodeSecrets(secret: string | readonly string[] | undefined): Buffer[] {
  const secrets = secret === undefined ? [] : typeof secret === 'string' ? [secret] : secret;
  return secrets.map((text, index) => {
    const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
    const key = Buffer.from(encoded, 'base64');
    const same = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
    if (key.length > 0 && same && !text.startsWith('whsk_')) return key;
    const place = typeof secret === 'string' ? 'secret' : `secret[${index}]`;
    throw new ConfigurationError(
      `credentials.${place}: should be whsec_ followed by base64 (a symmetric key of the Standard Webhooks ` +
        'specification), is something else. Copy it again from the receiver.',
      { code: 'WEBHOOK_SECRET_INVALID' },
    );
  });
}

/**
 * The `webhook-signature` header by the Standard Webhooks specification 1.0.0: `v1,` and the base64 HMAC-SHA256 of
 * `id.timestamp.body` for each key, separated by spaces.
 *
 * @param timestamp Seconds since the epoch.
 */
export function signWebhook(keys: readonly Buffer[], id: string, timestamp: number, body: string): string {
  return keys
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
    .join(' ');
}
