import type { PulsarMessage } from '../transport/pulsar-transport';

/** The text frame that sends a message; Pulsar's answer repeats `id` as its `context`. */
export function encodeFrame(id: number, { payload, key, properties }: PulsarMessage): string {
  // Written by hand, since JSON.stringify would look through the whole payload for characters to escape.
  const keyed = key === undefined ? '' : `,"key":${JSON.stringify(key)}`;
  return `{"context":"${id}","properties":${JSON.stringify(properties)}${keyed},"payload":"${payload.toString('base64')}"}`;
}
