import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

/** A message as it lies on the broker. */
export interface ReceivedMessage {
  readonly payload: Buffer;
  readonly key: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  /** ISO 8601; absent where the producer gave none. */
  readonly eventTime: string | undefined;
  /** Milliseconds since the epoch when the broker took it, and when it came here. */
  readonly publishedAt: number;
  readonly receivedAt: number;
}

interface Frame {
  readonly messageId: string;
  readonly payload: string;
  readonly key?: string;
  readonly properties?: Record<string, string>;
  readonly eventTime?: string;
  readonly publishTime: string;
}

export interface ReadTopicOptions {
  /** `ws://…` */
  readonly webSocketUrl: string;
  /** `persistent://tenant/namespace/topic` */
  readonly topic: string;
  readonly token?: string | undefined;
  readonly subscriptionType?: 'Exclusive' | 'Shared' | 'Key_Shared';
  /** Ends the reading; called after each message with all that came so far. */
  readonly until: (messages: readonly ReceivedMessage[]) => boolean;
}

/** Reads a topic from its beginning, by a subscription of its own, and acknowledges what it reads. */
export async function readTopic(options: ReadTopicOptions): Promise<ReceivedMessage[]> {
  const { webSocketUrl, topic, token, subscriptionType = 'Exclusive', until } = options;
  const path = topic.replace('://', '/').split('/').map(encodeURIComponent).join('/');
  const subscription = `reader-${randomBytes(4).toString('hex')}`;
  const socket = new WebSocket(
    `${webSocketUrl}/ws/v2/consumer/${path}/${subscription}?subscriptionInitialPosition=Earliest&receiverQueueSize=1000&subscriptionType=${subscriptionType}`,
    { headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, perMessageDeflate: false },
  );
  const messages: ReceivedMessage[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', (code, reason) =>
        reject(new Error(`The consumer's connection ended: ${code} ${String(reason)}`)),
      );
      socket.on('message', (data: Buffer) => {
        const {
          messageId,
          payload,
          key,
          properties = {},
          eventTime,
          publishTime,
        } = JSON.parse(data.toString()) as Frame;
        messages.push({
          payload: Buffer.from(payload, 'base64'),
          key,
          properties,
          eventTime,
          publishedAt: Date.parse(publishTime),
          receivedAt: Date.now(),
        });
        socket.send(JSON.stringify({ messageId }));
        if (until(messages)) resolve();
      });
    });
    return messages;
  } finally {
    socket.removeAllListeners('close').on('error', () => undefined);
    socket.close();
  }
}
