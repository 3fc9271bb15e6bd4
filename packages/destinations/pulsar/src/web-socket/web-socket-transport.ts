import type { Logger } from '@dest/core';
import type { Topic } from '../topic';
import { DEFAULT_PRODUCER_SETTINGS, type ProducerSettings } from '../transport/producer-settings';
import type { ConsumerListener, ConsumerOptions, PulsarConsumer } from '../transport/pulsar-consumer';
import type { PulsarReader, ReadCursor, ReaderListener } from '../transport/pulsar-reader';
import type { PulsarProducer, PulsarTransport } from '../transport/pulsar-transport';
import { consumerUrl, MOST_PUSHED } from './consumer-url';
import { probeWebSocket } from './probe-web-socket';
import { producerUrl } from './producer-url';
import { readerUrl } from './reader-url';
import { isUndecided, unknownTenant } from './undecided-error';
import type { WebSocketAccess } from './web-socket-access';
import { WebSocketConsumer } from './web-socket-consumer';
import { WebSocketProducer } from './web-socket-producer';
import { openWebSocketReader } from './web-socket-reader';
import { DEFAULT_SETTINGS, type WebSocketSettings } from './web-socket-settings';

/** How long an answer may be on its way. */
const ANSWER_MS = 1_000;

export interface WebSocketTransportOptions {
  readonly host: string;
  readonly access: WebSocketAccess;
  readonly logger: Logger;
  readonly settings?: WebSocketSettings;
}

/** Pulsar's WebSocket API: nothing to install, one connection for each topic. */
export class WebSocketTransport implements PulsarTransport {
  readonly #options: WebSocketTransportOptions;

  constructor(options: WebSocketTransportOptions) {
    this.#options = options;
  }

  async openProducer(topic: Topic, producer: ProducerSettings = DEFAULT_PRODUCER_SETTINGS): Promise<PulsarProducer> {
    const { host, access, logger, settings = DEFAULT_SETTINGS } = this.#options;
    const where = `${topic.full} at ${host}`;
    const options = {
      url: producerUrl(host, topic, producer),
      access,
      where,
      logger,
      settings: patient(settings, producer),
      deduplication: producer.deduplication,
    };
    return this.#opened(where, topic, () => WebSocketProducer.open(options));
  }

  async authenticate(): Promise<void> {
    const { host, access, settings = DEFAULT_SETTINGS } = this.#options;
    return probeWebSocket({ host, access, settings });
  }

  async openConsumer(topic: Topic, options: ConsumerOptions, listener: ConsumerListener): Promise<PulsarConsumer> {
    const { host, access, settings = DEFAULT_SETTINGS } = this.#options;
    const where = `${topic.full} (subscription ${options.subscription}) at ${host}`;
    const url = (): string => consumerUrl(host, topic, options);
    const { receiverQueueSize } = options;
    const flow = receiverQueueSize > MOST_PUSHED ? receiverQueueSize : 'acknowledged';
    return this.#opened(where, topic, () => WebSocketConsumer.open({ url, flow, access, where, settings }, listener));
  }

  async openReader(topic: Topic, after: ReadCursor | undefined, listener: ReaderListener): Promise<PulsarReader> {
    const { host, access, settings = DEFAULT_SETTINGS } = this.#options;
    const where = `${topic.full} (to read) at ${host}`;
    const url = (last: string | undefined): string => readerUrl(host, topic, last);
    return this.#opened(where, topic, () => openWebSocketReader({ url, after, access, where, settings }, listener));
  }

  /** Nothing is shared between the topics: each producer and consumer has closed its own connection. */
  async close(): Promise<void> {
    return Promise.resolve();
  }

  async #opened<Opened>(where: string, topic: Topic, open: () => Promise<Opened>): Promise<Opened> {
    try {
      return await open();
    } catch (error) {
      if (!isUndecided(error)) throw error;
      // Pulsar could not find out whether we may. Where it can elsewhere, it is about this tenant.
      await this.authenticate();
      throw unknownTenant(where, topic.tenant, error);
    }
  }
}

/** The broker answers when a message's batch is full or its time is over; only after that is its silence one. */
function patient(settings: WebSocketSettings, { sendTimeoutMs, batching }: ProducerSettings): WebSocketSettings {
  const answerMs = sendTimeoutMs === undefined ? settings.acknowledgeTimeoutMs : sendTimeoutMs + ANSWER_MS;
  const batchMs = batching === undefined || batching === false ? 0 : batching.maxDelayMs;
  return { ...settings, acknowledgeTimeoutMs: answerMs + batchMs };
}
