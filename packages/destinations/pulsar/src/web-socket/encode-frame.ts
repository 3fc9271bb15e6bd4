import type { PulsarMessage } from '../transport/pulsar-transport';

/** The text frame that sends a message; Pulsar's answer repeats `id` as its `context`. */
export function encodeFrame(
  id: number,
  { payload, key, properties, eventTimeMs, deliverAfterMs }: PulsarMessage,
): string {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
  // Written by hand, since JSON.stringify would look through the whole payload for characters to escape.
  let head = `{"context":"${id}","properties":${JSON.stringify(properties)}`;
  if (key !== undefined) head += `,"key":${JSON.stringify(key)}`;
  if (eventTimeMs !== undefined) head += `,"eventTime":"${new Date(eventTimeMs).toISOString()}"`;
  if (deliverAfterMs !== undefined) head += `,"deliverAfterMs":${deliverAfterMs}`;
  return `${head},"payload":"${bytes.toString('base64')}"}`;
}
