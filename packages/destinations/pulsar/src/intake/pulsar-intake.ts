import {
  failureOf,
  FILES,
  HTTP,
  IntakeInterface,
  RegisterIntake,
  type Accept,
  type CheckResult,
  type IntakeSettings,
  type Files,
  type Http,
  type IntakeContext,
  type LifecycleContext,
  type Logger,
  type Resource,
} from '@dest/core';
import { checkFailed, checkPassed } from '../check-steps';
import { credentials, type PulsarCredentials } from '../credentials';
import { parseTopic, type Topic } from '../topic';
import { openTransport } from '../transport/open-transport';
import type { PulsarConsumer } from '../transport/pulsar-consumer';
import type { PulsarTransport } from '../transport/pulsar-transport';
import { untilAborted } from '../until-aborted';
import { DeadLetters } from './dead-letters';
import { intakeInit, type PulsarIntakeInit } from './intake-init';
import { MessageIntake } from './message-intake';

/** What is there while it works. */
interface Open {
  readonly transport: PulsarTransport;
  readonly consumer: PulsarConsumer;
  readonly deadLetters: DeadLetters;
  readonly messages: MessageIntake;
}

/**
 * Takes in the messages of a subscription: each is an envelope as JSON, and is acknowledged when the outbox has it. What can
 * never be taken in goes to a topic of dead letters, with its cause.
 */
@RegisterIntake({
  package: '@dest/pulsar#intake',
  title: 'Apache Pulsar subscription',
  description: 'Takes in the messages of an Apache Pulsar subscription.',
  credentials,
  init: intakeInit,
  tags: ['pulsar', 'messaging'],
  inject: [HTTP, FILES],
})
export class PulsarIntake extends IntakeInterface<PulsarCredentials, PulsarIntakeInit> {
  readonly #http: Http;
  readonly #files: Files;
  #opening: Promise<Open> | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    debug: boolean,
    resource: Resource<PulsarCredentials>,
    intake: IntakeSettings<PulsarIntakeInit>,
    http: Http,
    files: Files,
  ) {
    super(debug, resource, intake);
    this.#http = http;
    this.#files = files;
  }

  override async start(accept: Accept, context: IntakeContext): Promise<void> {
    this.#opening = this.#open(accept, context);
    await untilAborted(this.#opening, context.signal, () => this.close());
  }

  override close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /**
   * Reads the subscription for a moment and acknowledges nothing: what came meanwhile comes again. Where the subscription is
   * new, it is made. One that somebody reads alone, such as a host that runs, is fine.
   */
  override async check({ signal, logger }: LifecycleContext): Promise<CheckResult> {
    try {
      await untilAborted(this.#probe(logger), signal, async () => Promise.resolve());
    } catch (error) {
      if (failureOf(error).code !== 'PULSAR_CONFLICT') return checkFailed(error, 'gives');
    }
    return checkPassed(`${this.#topic.full} at ${this.credentials.host}`, 'gives');
  }

  async #open(accept: Accept, { logger, report }: IntakeContext): Promise<Open> {
    const transport = await this.#openTransport(logger);
    try {
      const deadLetters = new DeadLetters(transport, this.#deadLetterTopic);
      const messages = new MessageIntake({ accept, deadLetters, topic: this.#topic, init: this.init, report });
      const consumer = await transport.openConsumer(this.#topic, this.init, messages);
      return { transport, consumer, deadLetters, messages };
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  async #close(): Promise<void> {
    const open = await this.#opening?.catch(() => undefined);
    if (open === undefined) return;
    const { transport, consumer, deadLetters, messages } = open;
    await messages.stop();
    await consumer.close();
    await deadLetters.close();
    await transport.close();
  }

  async #probe(logger: Logger): Promise<void> {
    const transport = await this.#openTransport(logger);
    try {
      const ignoring = { onMessage: () => undefined, onLost: () => undefined, onTrouble: () => undefined };
      const consumer = await transport.openConsumer(this.#topic, { ...this.init, receiverQueueSize: 1 }, ignoring);
      await consumer.close();
    } finally {
      await transport.close();
    }
  }

  async #openTransport(logger: Logger): Promise<PulsarTransport> {
    return openTransport(this.credentials, { logger, http: this.#http, files: this.#files });
  }

  get #topic(): Topic {
    return parseTopic(this.init.topic);
  }

  get #deadLetterTopic(): Topic {
    return parseTopic(this.init.deadLetterTopic ?? `${this.#topic.full}-${this.init.subscription}-DLQ`);
  }
}
