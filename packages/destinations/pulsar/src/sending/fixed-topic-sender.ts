import type { ConnectionLease, ItemResult } from '@dest/core';
import type { MakeMessage } from '../message/compile-message';
import type { Sendable } from '../message/sendable';
import type { SharedClient } from '../shared-producer';
import type { PulsarProducer } from '../transport/pulsar-transport';
import type { MessageSender } from './message-sender';
import { sendItems, type SendContext } from './send-items';

export interface FixedTopicSenderOptions {
  readonly lease: ConnectionLease<PulsarProducer>;
  /** The client of the producer, given back after it. */
  readonly client: SharedClient;
  readonly make: MakeMessage;
}

/** Sends everything to one topic. */
export class FixedTopicSender implements MessageSender {
  readonly #options: FixedTopicSenderOptions;

  constructor(options: FixedTopicSenderOptions) {
    this.#options = options;
  }

  async send(items: readonly Sendable[], context: SendContext): Promise<readonly ItemResult[]> {
    const { lease, make } = this.#options;
    return sendItems(lease.connection, items, make, context);
  }

  async close(): Promise<void> {
    const { lease, client } = this.#options;
    await lease.release();
    await client.release();
  }
}
