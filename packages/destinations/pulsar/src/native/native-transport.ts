import { ConfigurationError, messageOf, type Http } from '@dest/core';
import { secretsOf, type Access } from '../access/access';
import { OAuth2Tokens } from '../access/oauth2-tokens';
import { createScrubber } from '../access/scrubber';
import type { Topic } from '../topic';
import type { ConsumerListener, ConsumerOptions, PulsarConsumer } from '../transport/pulsar-consumer';
import { DEFAULT_PRODUCER_SETTINGS, type ProducerSettings } from '../transport/producer-settings';
import type { PulsarReader, ReadCursor, ReaderListener } from '../transport/pulsar-reader';
import type { PulsarProducer, PulsarTransport } from '../transport/pulsar-transport';
import type {
  NativeBinding,
  NativeClient,
  NativeClientConsumer,
  NativeClientProducer,
  NativeClientReader,
  NativeMessageId,
} from './native-binding';
import { closeQuietly } from './close-quietly';
import { Diagnosis } from './diagnosis';
import { nativeClientSettings } from './native-client-settings';
import { NativeConsumer } from './native-consumer';
import { isUnexplained } from './native-error';
import { nativeHandshake, type NativeHandshake } from './native-handshake';
import { NativeProducer } from './native-producer';
import { NativeReader } from './native-reader';
import { nativeProducerSettings } from './native-producer-settings';
import { PemFiles } from './pem-files';

const READER_QUEUE_SIZE = 1_000;

/** Without a bound on what is not acknowledged, so many are fetched ahead. */
const MOST_AHEAD = 1_000;

export interface NativeTransportOptions {
  readonly access: Access;
  /** By which tokens are fetched when the reason of a failure is looked for; the client itself fetches its own. */
  readonly http: Http;
  readonly handshake?: NativeHandshake;
}

/** Pulsar's native client, `pulsar-client`: one client, a producer for each topic. */
export class NativeTransport implements PulsarTransport {
  readonly #access: Access;
  readonly #tokens: OAuth2Tokens | undefined;
  readonly #handshake: NativeHandshake;
  readonly #diagnosis = new Diagnosis(() => this.authenticate());
  readonly #files = new PemFiles();
  readonly #earliest: () => NativeMessageId;
  readonly #client: NativeClient;
  #closed = false;

  /** Throws a ConfigurationError, PULSAR_HOST_INVALID, where the client does not take the address. */
  constructor(binding: NativeBinding, { access, http, handshake = nativeHandshake }: NativeTransportOptions) {
    const { host, authentication } = access;
    this.#access = access;
    this.#tokens = authentication.type === 'oauth2' ? new OAuth2Tokens(authentication.settings, http) : undefined;
    this.#handshake = handshake;
    this.#earliest = () => binding.MessageId.earliest();
    try {
      this.#client = new binding.Client(nativeClientSettings(binding, access, this.#files));
    } catch (cause) {
      this.#files.remove();
      const words = createScrubber(() => secretsOf(access))(messageOf(cause));
      throw new ConfigurationError(
        `credentials.host: Pulsar's native client does not take ${host}: ${words}. ` +
          'It should be an address such as pulsar://broker:6650 or pulsar+ssl://broker:6651.',
        { code: 'PULSAR_HOST_INVALID' },
      );
    }
  }

  async openProducer(topic: Topic, producer: ProducerSettings = DEFAULT_PRODUCER_SETTINGS): Promise<PulsarProducer> {
    const settings = nativeProducerSettings(topic, producer);
    const create = async (): Promise<NativeClientProducer> => this.#client.createProducer(settings);
    return this.#opened(() => NativeProducer.open(`${topic.full} at ${this.#access.host}`, create, this.#diagnosis));
  }

  /** By Pulsar's protocol, without the client. */
  async authenticate(): Promise<void> {
    return this.#handshake(this.#access, this.#tokens);
  }

  async openConsumer(topic: Topic, options: ConsumerOptions, listener: ConsumerListener): Promise<PulsarConsumer> {
    const { subscription, type, initialPosition, receiverQueueSize } = options;
    const where = `${topic.full} (subscription ${subscription}) at ${this.#access.host}`;
    const subscribe = async (): Promise<NativeClientConsumer> =>
      this.#client.subscribe({
        topic: topic.full,
        subscription,
        subscriptionType: type === 'Key_Shared' ? 'KeyShared' : type,
        subscriptionInitialPosition: initialPosition === 'earliest' ? 'Earliest' : 'Latest',
        receiverQueueSize: Math.min(receiverQueueSize, MOST_AHEAD),
      });
    return this.#opened(() => NativeConsumer.open({ where, subscribe, receiverQueueSize }, listener));
  }

  async openReader(topic: Topic, after: ReadCursor | undefined, listener: ReaderListener): Promise<PulsarReader> {
    const where = `${topic.full} (to read) at ${this.#access.host}`;
    const open = async (startMessageId: NativeMessageId): Promise<NativeClientReader> =>
      this.#client.createReader({ topic: topic.full, startMessageId, receiverQueueSize: READER_QUEUE_SIZE });
    const start = (after as NativeMessageId | undefined) ?? this.#earliest();
    return this.#opened(() => NativeReader.open({ where, after: start, open }, listener));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await closeQuietly(this.#client);
    this.#files.remove();
  }

  async #opened<Opened>(open: () => Promise<Opened>): Promise<Opened> {
    try {
      return await open();
    } catch (error) {
      // The client says the same for a dead address and for refused credentials: ask the broker itself.
      if (isUnexplained((error as Error).cause)) await this.authenticate();
      throw error;
    }
  }
}
