import type { PulsarReader, ReadCursor, ReaderListener } from '../transport/pulsar-reader';
import { comparePositions } from '../transport/position';
import { WebSocketConsumer, type WebSocketConsumerOptions } from './web-socket-consumer';

export interface WebSocketReaderOptions extends Omit<WebSocketConsumerOptions, 'url' | 'flow'> {
  /** @param after the message to begin after, in Base64 */
  readonly url: (after: string | undefined) => string;
  readonly after: ReadCursor | undefined;
}

/**
 * A reader over Pulsar's WebSocket API. A connection that ended is followed by one that begins after the last message. What
 * was read is acknowledged for no other reason than that Pulsar sends more only then.
 */
export async function openWebSocketReader(
  { url, after, ...options }: WebSocketReaderOptions,
  { onMessage, onTrouble }: ReaderListener,
): Promise<PulsarReader> {
  let last = after as string | undefined;
  let lastId: string | undefined;
  return WebSocketConsumer.open(
    { ...options, url: () => url(last), flow: 'acknowledged' },
    {
      onMessage: ({ id, payload, properties, handle, acknowledge }) => {
        acknowledge();
        // A batch is sent once more as a whole where it was read in part.
        if (lastId !== undefined && comparePositions(id, lastId) <= 0) return;
        lastId = id;
        last = handle;
        onMessage({ id, payload, properties, cursor: handle });
      },
      onLost: () => undefined,
      onTrouble,
    },
  );
}
