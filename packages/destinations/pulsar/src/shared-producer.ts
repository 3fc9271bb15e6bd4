import type { ConnectionLease, Connections } from '@dest/core';
import type { Topic } from './topic';
import type { PulsarProducer, PulsarTransport } from './transport/pulsar-transport';
import { untilAborted } from './until-aborted';

export interface SharedProducerOptions {
  readonly connections: Connections;
  /** The resource's id and version, and debug: whatever makes two instances strangers. */
  readonly identity: readonly string[];
  readonly topic: Topic;
  readonly openTransport: () => Promise<PulsarTransport>;
  readonly signal: AbortSignal;
}

/** A share of one client of a cluster, and of its one producer for a topic. */
export interface SharedProducer {
  readonly producer: PulsarProducer;
  release(): Promise<void>;
}

/** Opens what nobody has opened yet, shares what somebody has. Rejects with TransientError when `signal` is aborted. */
export async function acquireProducer(options: SharedProducerOptions): Promise<SharedProducer> {
  const { connections, identity, topic, openTransport, signal } = options;
  const client = await untilAborted(
    connections.acquire(JSON.stringify(['client', ...identity]), openTransport, close),
    signal,
    release,
  );
  try {
    const producer = await untilAborted(
      connections.acquire(
        JSON.stringify(['producer', ...identity, topic.full]),
        async () => client.connection.openProducer(topic),
        close,
      ),
      signal,
      release,
    );
    return {
      producer: producer.connection,
      release: async () => {
        await producer.release();
        await client.release();
      },
    };
  } catch (error) {
    await client.release();
    throw error;
  }
}

async function close(connection: { close(): Promise<void> }): Promise<void> {
  return connection.close();
}

async function release(lease: ConnectionLease<unknown>): Promise<void> {
  return lease.release();
}
