import { ConfigurationError, messageOf } from '@dest/core';
import type { Topic } from '../topic';
import type { PulsarProducer, PulsarTransport } from '../transport/pulsar-transport';
import type { NativeBinding, NativeClient } from './native-binding';
import { NativeProducer } from './native-producer';

const OPERATION_TIMEOUT_SECONDS = 10;

const PRODUCER_SETTINGS = {
  sendTimeoutMs: 30_000,
  maxPendingMessages: 5_000,
  blockIfQueueFull: false,
  batchingEnabled: true,
  // The client's own default of ten would be the latency of every message that goes alone.
  batchingMaxPublishDelayMs: 5,
  batchingMaxMessages: 1_000,
};

export interface NativeTransportOptions {
  readonly host: string;
  readonly token?: string | undefined;
}

/** Pulsar's native client, `pulsar-client`: one client, a producer for each topic. */
export class NativeTransport implements PulsarTransport {
  readonly #host: string;
  readonly #client: NativeClient;
  #closed = false;

  /** Throws a ConfigurationError, PULSAR_HOST_INVALID, where the client does not take the address. */
  constructor(binding: NativeBinding, { host, token }: NativeTransportOptions) {
    this.#host = host;
    try {
      this.#client = new binding.Client({
        serviceUrl: host,
        operationTimeoutSeconds: OPERATION_TIMEOUT_SECONDS,
        ...(token === undefined ? {} : { authentication: new binding.AuthenticationToken({ token }) }),
      });
    } catch (cause) {
      throw new ConfigurationError(
        `credentials.host: Pulsar's native client does not take ${host}: ${messageOf(cause)}. ` +
          'It should be an address such as pulsar://broker:6650 or pulsar+ssl://broker:6651.',
        { code: 'PULSAR_HOST_INVALID', cause },
      );
    }
  }

  async openProducer(topic: Topic): Promise<PulsarProducer> {
    return NativeProducer.open(`${topic.full} at ${this.#host}`, async () =>
      this.#client.createProducer({ topic: topic.full, ...PRODUCER_SETTINGS }),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#client.close();
    } catch {
      // It is closed either way.
    }
  }
}
