import {
  CONNECTIONS,
  ConfigurationError,
  DestinationInterface,
  FILES,
  HTTP,
  RegisterDestination,
  type BatchContext,
  type BatchItem,
  type CheckResult,
  type Connections,
  type Data,
  type Destination,
  type DispatchContext,
  type Event,
  type Files,
  type Http,
  type ItemResult,
  type LifecycleContext,
  type Logger,
  type Profile,
  type Resource,
  type Session,
} from '@dest/core';
import { checkFailed, checkPassed, checkPassedWithoutTopic } from './check-steps';
import { credentials, type PulsarCredentials } from './credentials';
import { init, type PulsarInit } from './init';
import type { Sendable } from './message/sendable';
import { openSender } from './open-sender';
import { producerSettingsOf } from './producer-settings-of';
import { failFollowers } from './sending/fail-followers';
import type { MessageSender } from './sending/message-sender';
import { compileTopic } from './topic-source';
import { openTransport } from './transport/open-transport';
import type { PulsarTransport } from './transport/pulsar-transport';
import { untilAborted } from './until-aborted';

/**
 * Sends each event or profile as one message to a Pulsar topic: by default its JSON text, with the idempotency key as a
 * property and what orders the deliveries (by default the profile's id) as the message's key.
 */
@RegisterDestination({
  package: '@dest/pulsar',
  title: 'Apache Pulsar',
  description: 'Sends events and profiles as JSON messages to an Apache Pulsar topic.',
  credentials,
  init,
  tags: ['pulsar', 'messaging'],
  inject: [CONNECTIONS, HTTP, FILES],
  orderedBatches: true,
})
export class PulsarDestination extends DestinationInterface<PulsarCredentials, PulsarInit> {
  readonly #connections: Connections;
  readonly #http: Http;
  readonly #files: Files;
  #opening: Promise<MessageSender> | undefined;
  #sender: MessageSender | undefined;

  constructor(
    debug: boolean,
    resource: Resource<PulsarCredentials>,
    destination: Destination<PulsarInit>,
    connections: Connections,
    http: Http,
    files: Files,
  ) {
    super(debug, resource, destination);
    this.#connections = connections;
    this.#http = http;
    this.#files = files;
  }

  override async open({ signal, logger }: LifecycleContext): Promise<void> {
    this.#opening ??= openSender({
      connections: this.#connections,
      identity: [this.resource.id, this.resource.version, this.debug ? 'test' : 'production'],
      init: this.init,
      host: this.credentials.host,
      ordering: this.destination.delivery.ordering,
      openTransport: async () => this.#openTransport(logger),
      logger,
    });
    const opening = this.#opening;
    try {
      const sender = await untilAborted(opening, signal, async (late) => late.close());
      // Closed meanwhile: that has given it back.
      if (this.#opening === opening) this.#sender = sender;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }

  /**
   * Opens a producer of its own for the topic and closes it again; needs no `open` before. Sends nothing. With a template
   * for a topic it goes as far as the credentials.
   */
  override async check({ signal, logger }: LifecycleContext): Promise<CheckResult> {
    try {
      return await untilAborted(this.#probe(logger), signal, async () => Promise.resolve());
    } catch (error) {
      return checkFailed(error);
    }
  }

  override async dispatchEvent(
    data: Data,
    profile: Profile | undefined,
    session: Session | undefined,
    event: Event,
    context: DispatchContext,
  ): Promise<void> {
    await this.#sendOne({ data, profile, session, event }, context);
  }

  override async dispatchProfile(
    data: Data,
    profile: Profile,
    session: Session | undefined,
    context: DispatchContext,
  ): Promise<void> {
    await this.#sendOne({ data, profile, session }, context);
  }

  override async dispatchBatch(items: readonly BatchItem[], context: BatchContext): Promise<readonly ItemResult[]> {
    const results = await this.#open.send(items, context);
    return failFollowers(items, results, this.destination.delivery.ordering);
  }

  override async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#sender = undefined;
    const sender = await opening?.catch(() => undefined);
    await sender?.close();
  }

  async #sendOne(parts: Parts, context: DispatchContext): Promise<void> {
    const { data, profile, session, event } = parts;
    const item: Sendable = {
      data,
      json: JSON.stringify(data),
      idempotencyKey: context.idempotencyKey,
      ...(profile?.id === undefined ? {} : { key: profile.id }),
      ...(event === undefined ? {} : { event }),
      ...(profile === undefined ? {} : { profile }),
      ...(session === undefined ? {} : { session }),
    };
    const [result] = await this.#open.send([item], context);
    if (result?.ok === false) throw result.error;
  }

  async #probe(logger: Logger): Promise<CheckResult> {
    const { host } = this.credentials;
    const transport = await this.#openTransport(logger);
    try {
      // What a template makes is known with each message only.
      const topic = compileTopic(this.init.topic).fixed;
      if (topic === undefined) {
        await transport.authenticate();
        return checkPassedWithoutTopic(`Pulsar at ${host}`);
      }
      const settings = producerSettingsOf(this.init, this.destination.delivery.ordering);
      const producer = await transport.openProducer(topic, settings);
      await producer.close();
      return checkPassed(`${topic.full} at ${host}`);
    } finally {
      await transport.close();
    }
  }

  async #openTransport(logger: Logger): Promise<PulsarTransport> {
    return openTransport(this.credentials, { logger, http: this.#http, files: this.#files });
  }

  get #open(): MessageSender {
    if (this.#sender !== undefined) return this.#sender;
    throw new ConfigurationError(
      `The Pulsar destination "${this.destination.id}" is not open: open() comes first, and nothing after close().`,
      { code: 'PULSAR_NOT_OPEN' },
    );
  }
}

interface Parts {
  readonly data: Data;
  readonly profile: Profile | undefined;
  readonly session: Session | undefined;
  readonly event?: Event;
}
