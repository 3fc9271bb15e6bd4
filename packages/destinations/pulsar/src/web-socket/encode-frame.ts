import type { PulsarMessage } from '../transport/pulsar-transport';
import type { FrameText } from './masked-frames';
import { quote } from './quote';

const END = '"}';
/** A text becomes bytes here before it becomes Base64: a buffer for each would have to be measured, made and collected. */
const SCRATCH = Buffer.allocUnsafe(64 * 1024);

/**
 * The text frame that sends a message; Pulsar's answer repeats `id` as its `context`.
 * Written by hand, since JSON.stringify would look through the whole payload for characters to escape.
 */
export function encodeFrame(id: number, message: PulsarMessage): FrameText {
  const head = encodeHead(id, message);
  return { head, headSize: Buffer.byteLength(head), body: encodePayload(message.payload), tail: END };
}

/** At least as many bytes as the message's frame has, without encoding it: a character has no more than three in UTF-8. */
export function mostFrameBytes({ payload, key, properties }: PulsarMessage): number {
  let most = MOST_FIXED + base64Size(typeof payload === 'string' ? 3 * payload.length : payload.length);
  if (key !== undefined) most += MOST_ESCAPED * key.length;
  for (const name of Object.keys(properties)) {
    most += MOST_QUOTES + MOST_ESCAPED * (name.length + (properties[name] as string).length);
  }
  return most;
}

/** All that is neither payload nor key nor property: names, quotation marks, id, times. */
const MOST_FIXED = 256;
/** Quotation marks, colon and comma of a property. */
const MOST_QUOTES = 6;
/** A character as `\u0000`. */
const MOST_ESCAPED = 6;

function encodeHead(id: number, { key, properties, eventTimeMs, deliverAfterMs }: PulsarMessage): string {
  let head = `{"context":"${id}","properties":${encodeProperties(properties)}`;
  if (key !== undefined) head += `,"key":${quote(key)}`;
  if (eventTimeMs !== undefined) head += `,"eventTime":"${new Date(eventTimeMs).toISOString()}"`;
  if (deliverAfterMs !== undefined) head += `,"deliverAfterMs":${deliverAfterMs}`;
  return `${head},"payload":"`;
}

function encodeProperties(properties: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name of Object.keys(properties)) {
    text += `${text === '' ? '{' : ','}${quote(name)}:${quote(properties[name] as string)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function encodePayload(payload: string | Buffer): string {
  if (typeof payload !== 'string') return payload.toString('base64');
  if (3 * payload.length > SCRATCH.length) return Buffer.from(payload, 'utf8').toString('base64');
  return SCRATCH.toString('base64', 0, SCRATCH.write(payload, 'utf8'));
}

function base64Size(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}
