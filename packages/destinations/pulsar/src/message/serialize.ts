import { PermanentError } from '@dest/core';
import type { Sendable } from './sendable';

/** How the data becomes bytes. */
export type Serializer = 'json' | 'text' | 'raw';

/** Base64 as RFC 4648 writes it, padding included. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The payload: `json` is the data's JSON text, `text` a text as it is, `raw` the bytes that a text has as Base64. Texts are
 * UTF-8. Throws a PermanentError, PULSAR_PAYLOAD_INVALID, where the data is no text, or no Base64.
 */
export function serialize(serializer: Serializer, item: Sendable): string | Buffer {
  // The data isn't looked at: a host may make it only then.
  if (serializer === 'json') return item.json;
  const { data } = item;
  if (typeof data !== 'string') throw invalid(serializer, kindOf(data));
  if (serializer === 'text') return data;
  if (!BASE64.test(data)) throw invalid(serializer, 'a text that is not Base64');
  return Buffer.from(data, 'base64');
}

function invalid(serializer: 'text' | 'raw', found: string): PermanentError {
  const expected = serializer === 'text' ? 'a text' : 'a text with the bytes as Base64';
  return new PermanentError(
    `init.serializer: ${serializer} expects the mapping to give ${expected}, such as mapping: event@properties.body; it gave ${found}. ` +
      'Change the mapping, or use serializer: json.',
    { code: 'PULSAR_PAYLOAD_INVALID' },
  );
}

function kindOf(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'a list';
  return typeof data === 'object' ? 'an object' : `a ${typeof data}`;
}
