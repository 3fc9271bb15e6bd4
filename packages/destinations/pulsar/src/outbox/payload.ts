import { gunzipSync, gzipSync } from 'node:zlib';

/** What is larger is compressed: Pulsar's WebSocket API takes no more than 768 KiB at once. */
const COMPRESSED_ABOVE_BYTES = 128 * 1024;

/** A number that is the first byte of every gzip stream, and of no JSON. */
const GZIP = 0x1f;

/** JSON text as a message carries it. */
export function encodePayload(text: string): string | Buffer {
  return text.length <= COMPRESSED_ABOVE_BYTES ? text : gzipSync(text);
}

/** @throws SyntaxError, or an error of zlib, where it is nothing that `encodePayload` made */
export function decodePayload(payload: Buffer): unknown {
  return JSON.parse((payload[0] === GZIP ? gunzipSync(payload) : payload).toString('utf8'));
}
