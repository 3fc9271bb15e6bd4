import {
  CONNECTIONS,
  ConfigurationError,
  DestinationInterface,
  RegisterDestination,
  type BatchContext,
  type BatchItem,
  type CheckResult,
  type Connections,
  type Data,
  type Destination,
  type DispatchContext,
  type Event,
  type ItemResult,
  type LifecycleContext,
  type Logger,
  type Profile,
  type Resource,
  type Session,
} from '@dest/core';
import { checkFailed, checkPassed } from './check-steps';
import { credentials, type PulsarCredentials } from './credentials';
import { init, type PulsarInit } from './init';
import { acquireProducer, type SharedProducer } from './shared-producer';
import { parseTopic, type Topic } from './topic';
import { openTransport } from './transport/open-transport';
import type { PulsarMessage, PulsarProducer } from './transport/pulsar-transport';
import { untilAborted } from './until-aborted';

/** The message property that carries the idempotency key. */
export const IDEMPOTENCY_PROPERTY = 'idempotencyKey';

/**
 * Sends each event or profile as one message to a Pulsar topic: its JSON text, with the idempotency key as a property and
 * what orders the deliveries (by default the profile's id) as the message's key.
 */
@RegisterDestination({
  package: '@dest/pulsar',
  title: 'Apache Pulsar',
  description: 'Sends events and profiles as JSON messages to an Apache Pulsar topic.',
  credentials,
  init,
  tags: ['pulsar', 'messaging'],
  inject: [CONNECTIONS],
  orderedBatches: true,
})
export class PulsarDestination extends DestinationInterface<PulsarCredentials, PulsarInit> {
  readonly #connections: Connections;
  #opening: Promise<SharedProducer> | undefined;
  #producer: PulsarProducer | undefined;

  constructor(
    debug: boolean,
    resource: Resource<PulsarCredentials>,
    destination: Destination<PulsarInit>,
    connections: Connections,
  ) {
    super(debug, resource, destination);
    this.#connections = connections;
  }

  override async open({ signal, logger }: LifecycleContext): Promise<void> {
    this.#opening ??= acquireProducer({
      connections: this.#connections,
      identity: [this.resource.id, this.resource.version, this.debug ? 'test' : 'production'],
      topic: this.#topic,
      openTransport: async () => openTransport(this.credentials, { logger }),
      signal,
    });
    const opening = this.#opening;
    const { producer } = await opening;
    // Closed meanwhile: that has given the share back.
    if (this.#opening === opening) this.#producer = producer;
  }

  /** Opens a producer of its own for the topic and closes it again; needs no `open` before. Sends nothing. */
  override async check({ signal, logger }: LifecycleContext): Promise<CheckResult> {
    try {
      await untilAborted(this.#probe(logger), signal, async () => Promise.resolve());
      return checkPassed(`${this.#topic.full} at ${this.credentials.host}`);
    } catch (error) {
      return checkFailed(error);
    }
  }

  override async dispatchEvent(
    data: Data,
    profile: Profile | undefined,
    _session: Session | undefined,
    _event: Event,
    context: DispatchContext,
  ): Promise<void> {
    await this.#open.send(messageOf(JSON.stringify(data), context.idempotencyKey, profile?.id), context.signal);
  }

  override async dispatchProfile(
    data: Data,
    profile: Profile,
    _session: Session | undefined,
    context: DispatchContext,
  ): Promise<void> {
    await this.#open.send(messageOf(JSON.stringify(data), context.idempotencyKey, profile.id), context.signal);
  }

  override async dispatchBatch(items: readonly BatchItem[], { signal }: BatchContext): Promise<readonly ItemResult[]> {
    const producer = this.#open;
    return Promise.all(
      items.map(async ({ json, idempotencyKey, key }) =>
        producer.send(messageOf(json, idempotencyKey, key), signal).then(delivered, failed),
      ),
    );
  }

  override async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#producer = undefined;
    const shared = await opening?.catch(() => undefined);
    await shared?.release();
  }

  async #probe(logger: Logger): Promise<void> {
    const transport = await openTransport(this.credentials, { logger });
    try {
      const producer = await transport.openProducer(this.#topic);
      await producer.close();
    } finally {
      await transport.close();
    }
  }

  get #open(): PulsarProducer {
    if (this.#producer !== undefined) return this.#producer;
    throw new ConfigurationError(
      `The Pulsar destination "${this.destination.id}" is not open: open() comes first, and nothing after close().`,
      { code: 'PULSAR_NOT_OPEN' },
    );
  }

  get #topic(): Topic {
    return parseTopic(this.init.topic);
  }
}

const DELIVERED: ItemResult = { ok: true };

function delivered(): ItemResult {
  return DELIVERED;
}

function failed(error: unknown): ItemResult {
  return { ok: false, error };
}

function messageOf(json: string, idempotencyKey: string, key: string | undefined): PulsarMessage {
  return {
    payload: Buffer.from(json, 'utf8'),
    properties: { [IDEMPOTENCY_PROPERTY]: idempotencyKey },
    ...(key === undefined ? {} : { key }),
  };
}
