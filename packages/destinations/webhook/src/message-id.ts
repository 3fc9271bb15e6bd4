import { createHash } from 'node:crypto';

/** Beyond this a header would be refused by many servers. */
const MAX_LENGTH = 512;

/**
 * An idempotency key as a header's value: what isn't visible ASCII, and `%`, percent-encoded as UTF-8; a very long one as
 * its SHA-256. Different keys stay different, and line breaks never reach the header.
 */
export function headerSafeKey(key: string): string {
  const safe = key.replace(/[^\x21-\x24\x26-\x7e]+/g, percentEncode);
  return safe.length <= MAX_LENGTH ? safe : `sha256-${sha256(key)}`;
}

/**
 * The `webhook-id` of one delivery: as the key, and without full stops, which separate the parts of what is signed: an id
 * that holds some could pass for another id, timestamp and body.
 */
export function webhookId(key: string): string {
  return headerSafeKey(key).replaceAll('.', '%2E');
}

/** The id of a batch: the same for the same deliveries, in whatever order. */
export function batchKey(keys: readonly string[]): string {
  return `batch-${sha256(JSON.stringify([...keys].sort()))}`;
}

function percentEncode(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
