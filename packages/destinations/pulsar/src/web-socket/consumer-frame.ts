import { isUtf8 } from 'node:buffer';
import { readMessageId } from './message-id';

/** A message as the WebSocket API sends it. */
export interface ConsumerFrame {
  /** What acknowledges it. */
  readonly handle: string;
  readonly id: string;
  readonly payload: Buffer;
  readonly key?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly publishTime: number;
}

/** Undefined where it is no message. */
export function parseConsumerFrame(bytes: Buffer): ConsumerFrame | undefined {
  if (!isUtf8(bytes)) return undefined;
  let frame: Readonly<Record<string, unknown>> | null;
  try {
    frame = JSON.parse(bytes.toString()) as typeof frame;
  } catch {
    return undefined;
  }
  const { messageId, payload, key, properties, publishTime } = frame ?? {};
  if (typeof messageId !== 'string' || typeof payload !== 'string') return undefined;
  return {
    handle: messageId,
    id: readMessageId(messageId),
    payload: Buffer.from(payload, 'base64'),
    ...(typeof key === 'string' ? { key } : {}),
    properties: (properties ?? {}) as Readonly<Record<string, string>>,
    publishTime: Date.parse(String(publishTime)) || 0,
  };
}
