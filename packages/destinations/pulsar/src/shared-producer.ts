import { randomBytes } from 'node:crypto';
import type { ConnectionLease, Connections } from '@dest/core';
import type { Topic } from './topic';
import type { ProducerSettings } from './transport/producer-settings';
import type { PulsarProducer, PulsarTransport } from './transport/pulsar-transport';

export interface SharedClientOptions {
  readonly connections: Connections;
  /** The resource's id and version, and debug: whatever makes two instances strangers. */
  readonly identity: readonly string[];
  readonly openTransport: () => Promise<PulsarTransport>;
}

/** A share of one client of a cluster; its producers are shared too, by those that ask for the same. */
export class SharedClient {
  readonly #options: SharedClientOptions;
  readonly #lease: ConnectionLease<PulsarTransport>;

  private constructor(options: SharedClientOptions, lease: ConnectionLease<PulsarTransport>) {
    this.#options = options;
    this.#lease = lease;
  }

  /** Opens what nobody has opened yet, shares what somebody has. */
  static async acquire(options: SharedClientOptions): Promise<SharedClient> {
    const { connections, identity, openTransport } = options;
    const lease = await connections.acquire(JSON.stringify(['client', ...identity]), openTransport, close);
    return new SharedClient(options, lease);
  }

  /** A share of the one producer for a topic that has these settings. */
  async acquireProducer(topic: Topic, settings: ProducerSettings): Promise<ConnectionLease<PulsarProducer>> {
    const { connections, identity } = this.#options;
    return connections.acquire(
      JSON.stringify(['producer', ...identity, topic.full, settings]),
      async () => this.#lease.connection.openProducer(topic, named(settings)),
      close,
    );
  }

  async release(): Promise<void> {
    await this.#lease.release();
  }
}

/**
 * Who numbers its messages from zero needs a name that nobody has had: the broker keeps the last number of each name, and
 * would take a new message for a repeat.
 */
function named(settings: ProducerSettings): ProducerSettings {
  if (!settings.deduplication) return settings;
  return { ...settings, name: `${settings.name ?? 'dest'}-${randomBytes(8).toString('hex')}` };
}

async function close(connection: { close(): Promise<void> }): Promise<void> {
  return connection.close();
}
