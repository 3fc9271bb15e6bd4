import {
  CLOCK,
  ConfigurationError,
  FILES,
  HTTP,
  LOGGER,
  OutboxInterface,
  RegisterOutbox,
  TransientError,
  type AcceptedEnvelope,
  type AppendReceipt,
  type Clock,
  type DeadLetter,
  type DeadLetterFilter,
  type Files,
  type ForgetReceipt,
  type Http,
  type LaneIdentity,
  type LaneSize,
  type LoadedDeadLetter,
  type Logger,
  type NewDelivery,
  type OutboxListener,
  type OutboxReport,
  type OutboxSettings,
  type ReadOptions,
  type ReplayReceipt,
  type Resource,
  type Settlement,
  type StoredDelivery,
} from '@dest/core';
import { credentials, type PulsarCredentials } from '../credentials';
import { parseTopic, type Topic } from '../topic';
import { openTransport } from '../transport/open-transport';
import { outboxInit, type PulsarOutboxInit } from './outbox-init';
import { SharedOutbox } from './shared-outbox';

/**
 * Keeps envelopes in a topic of Apache Pulsar that any number of hosts share: each destination is a Key_Shared subscription
 * of it, and no host owns anything.
 */
@RegisterOutbox({
  package: '@dest/pulsar#outbox',
  title: 'Apache Pulsar outbox',
  description: 'Keeps envelopes and deliveries in Apache Pulsar, shared by any number of hosts.',
  credentials,
  init: outboxInit,
  tags: ['pulsar', 'messaging'],
  inject: [CLOCK, LOGGER, HTTP, FILES],
})
export class PulsarOutbox extends OutboxInterface<PulsarCredentials, PulsarOutboxInit> {
  readonly #services: { readonly clock: Clock; readonly logger: Logger; readonly http: Http; readonly files: Files };
  #open: SharedOutbox | undefined;

  constructor(
    debug: boolean,
    resource: Resource<PulsarCredentials>,
    outbox: OutboxSettings<PulsarOutboxInit>,
    clock: Clock,
    logger: Logger,
    http: Http,
    files: Files,
  ) {
    super(debug, resource, outbox);
    this.#services = { clock, logger, http, files };
  }

  /** @throws what connecting throws; ConfigurationError `PULSAR_TOPIC_INVALID` for a topic that Pulsar doesn't keep */
  async open(): Promise<OutboxReport> {
    const topic = parseTopic(this.init.topic);
    if (topic.domain !== 'persistent') throw notKept(topic);
    const { clock, logger } = this.#services;
    const transport = await openTransport(this.credentials, this.#services);
    try {
      const { maxHeld } = this.init;
      const { dedupeWindowMs } = this.outbox;
      this.#open = await SharedOutbox.connect({ transport, topic, maxHeld, dedupeWindowMs, clock, logger });
    } catch (error) {
      await transport.close();
      throw error;
    }
    return this.#open.open();
  }

  override watch(listener: OutboxListener): void {
    this.#shared.watch(listener);
  }

  append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt> {
    return this.#shared.append(accepted, deliveries);
  }

  read(lane: LaneIdentity, options: ReadOptions): Promise<readonly StoredDelivery[]> {
    return this.#shared.read(lane, options);
  }

  readRetries(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#shared.readRetries(lane, limit);
  }

  readReplays(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#shared.readReplays(lane, limit);
  }

  load(deliveries: readonly StoredDelivery[]): Promise<readonly (AcceptedEnvelope | undefined)[]> {
    return this.#shared.load(deliveries);
  }

  started(deliveries: readonly StoredDelivery[]): void {
    return this.#shared.started(deliveries);
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    return this.#shared.settle(settlements);
  }

  size(lane: LaneIdentity): Promise<LaneSize> {
    return this.#shared.size(lane);
  }

  lanes(): Promise<readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[]> {
    return this.#shared.lanes();
  }

  moveLane(from: LaneIdentity, to: LaneIdentity): Promise<number> {
    return this.#shared.moveLane(from, to);
  }

  dropLane(lane: LaneIdentity): Promise<number> {
    return this.#shared.dropLane(lane);
  }

  deadLetters(
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    return this.#shared.deadLetters(filter, page);
  }

  countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#shared.countDeadLetters(filter);
  }

  deadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    return this.#shared.deadLetter(id);
  }

  dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#shared.dropDeadLetters(filter);
  }

  replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt> {
    return this.#shared.replayDeadLetters(filter, lanes);
  }

  forget(profileId: string): Promise<ForgetReceipt> {
    return this.#shared.forget(profileId);
  }

  async close(): Promise<void> {
    await this.#open?.close();
  }

  get #shared(): SharedOutbox {
    if (this.#open !== undefined) return this.#open;
    throw new TransientError('The outbox is not open.', { code: 'OUTBOX_CLOSED', scope: 'destination' });
  }
}

function notKept({ full }: Topic): ConfigurationError {
  return new ConfigurationError(
    `init.topic: should be a persistent topic; is ${full}, of which Pulsar keeps nothing.`,
    { code: 'PULSAR_TOPIC_INVALID' },
  );
}
