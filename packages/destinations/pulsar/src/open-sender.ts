import type { Connections, DeliveryOptions, Logger } from '@dest/core';
import { transportOf } from './host';
import type { PulsarInit } from './init';
import { compileMessage } from './message/compile-message';
import { ProducerPool } from './producer-pool';
import { producerSettingsOf } from './producer-settings-of';
import { FixedTopicSender } from './sending/fixed-topic-sender';
import type { MessageSender } from './sending/message-sender';
import { TemplateTopicSender } from './sending/template-topic-sender';
import { SharedClient } from './shared-producer';
import { compileTopic } from './topic-source';
import type { PulsarTransport } from './transport/pulsar-transport';

export interface OpenSenderOptions {
  readonly connections: Connections;
  /** The resource's id and version, and debug: whatever makes two instances strangers. */
  readonly identity: readonly string[];
  readonly init: PulsarInit;
  readonly host: string;
  readonly ordering: DeliveryOptions['ordering'];
  readonly openTransport: () => Promise<PulsarTransport>;
  readonly logger: Logger;
}

/**
 * Compiles a destination's parameters, and connects. For a topic that is a template the client alone is opened: which
 * topics there are is known with the messages only.
 * Rejects with a ConfigurationError that says which parameter is wrong, and with what opening a producer rejects with.
 */
export async function openSender(options: OpenSenderOptions): Promise<MessageSender> {
  const { connections, identity, init, ordering, openTransport } = options;
  const source = compileTopic(init.topic);
  const make = compileMessage(init);
  const settings = producerSettingsOf(init, ordering);
  warnOfLostOrder(options);
  const client = await SharedClient.acquire({ connections, identity, openTransport });
  if (source.fixed === undefined) {
    const pool = new ProducerPool({
      max: init.maxProducers,
      acquire: async (topic) => client.acquireProducer(topic, settings),
    });
    return new TemplateTopicSender({ source, pool, client, make });
  }
  try {
    const lease = await client.acquireProducer(source.fixed, settings);
    return new FixedTopicSender({ lease, client, make });
  } catch (error) {
    await client.release();
    throw error;
  }
}

function warnOfLostOrder({ init, host, ordering, logger }: OpenSenderOptions): void {
  if (ordering !== 'key' || typeof init.batching !== 'object' || transportOf(host) === 'native') return;
  logger.warn(
    'init.batching: batches of the WebSocket API hold messages of several keys, and go whole to one consumer. Read the ' +
      'topic with an Exclusive or Failover subscription, or leave batching out for Key_Shared ones.',
    { topic: init.topic },
  );
}
