import type { Logger } from '@dest/core';
import type { Topic } from '../topic';
import type { PulsarProducer, PulsarTransport } from '../transport/pulsar-transport';
import { producerUrl } from './producer-url';
import { WebSocketProducer } from './web-socket-producer';
import { DEFAULT_SETTINGS, type WebSocketSettings } from './web-socket-settings';

export interface WebSocketTransportOptions {
  readonly host: string;
  readonly token: string | undefined;
  readonly logger: Logger;
  readonly settings?: WebSocketSettings;
}

/** Pulsar's WebSocket API: nothing to install, one connection for each topic. */
export class WebSocketTransport implements PulsarTransport {
  readonly #options: WebSocketTransportOptions;

  constructor(options: WebSocketTransportOptions) {
    this.#options = options;
  }

  async openProducer(topic: Topic): Promise<PulsarProducer> {
    const { host, token, logger, settings = DEFAULT_SETTINGS } = this.#options;
    return WebSocketProducer.open({
      url: producerUrl(host, topic),
      token,
      where: `${topic.full} at ${host}`,
      logger,
      settings,
    });
  }

  /** Nothing is shared between the topics: each producer has closed its own connection. */
  async close(): Promise<void> {
    return Promise.resolve();
  }
}
