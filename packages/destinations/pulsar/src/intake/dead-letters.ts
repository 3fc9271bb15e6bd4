import type { Failure } from '@dest/core';
import type { Topic } from '../topic';
import type { ReceivedMessage } from '../transport/pulsar-consumer';
import type { PulsarMessage, PulsarProducer, PulsarTransport } from '../transport/pulsar-transport';

const TIMEOUT_MS = 30_000;

/** Properties are kept with every message, and count against its size. */
const MOST_CHARACTERS = 1_000;

/** Where messages go that can never be taken in. Its producer is opened with the first of them. */
export class DeadLetters {
  readonly #transport: PulsarTransport;
  readonly #topic: Topic;
  #producer: Promise<PulsarProducer> | undefined;

  constructor(transport: PulsarTransport, topic: Topic) {
    this.#transport = transport;
    this.#topic = topic;
  }

  /**
   * Puts a message there, with what was wrong with it. Resolves when Pulsar has it; rejects where it can't be put there.
   *
   * @param from the topic that it came from
   */
  async put(message: ReceivedMessage, from: Topic, failure: Failure): Promise<void> {
    const producer = await this.#open();
    await producer.send(letterOf(message, from, failure), AbortSignal.timeout(TIMEOUT_MS));
  }

  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined);
    await producer?.close();
  }

  /** One that fails is not remembered. */
  #open(): Promise<PulsarProducer> {
    if (this.#producer === undefined) {
      const opening = this.#transport.openProducer(this.#topic);
      this.#producer = opening;
      opening.catch(() => (this.#producer = undefined));
    }
    return this.#producer;
  }
}

/** The same payload, key and properties, and what is known of it besides. */
function letterOf(
  { id, payload, key, properties, publishTime }: ReceivedMessage,
  from: Topic,
  { code, message }: Failure,
): PulsarMessage {
  return {
    payload,
    ...(key === undefined ? {} : { key }),
    properties: {
      ...properties,
      errorCode: code,
      errorMessage: message.slice(0, MOST_CHARACTERS),
      originalTopic: from.full,
      originalMessageId: id,
      ...(key === undefined ? {} : { originalKey: key }),
      originalPublishTime: new Date(publishTime).toISOString(),
    },
  };
}
