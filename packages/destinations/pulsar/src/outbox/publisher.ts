import type { Topic } from '../topic';
import type { PulsarProducer, PulsarTransport } from '../transport/pulsar-transport';
import { DESTINATIONS_PROPERTY } from './destination-feed';
import { RECORD_VERSION, type MarkerRecord, type RecordToWrite } from './envelope-record';
import { encodePayload } from './payload';

const PATIENCE_MS = 30_000;

const LONE_SURROGATE = /\p{Surrogate}/u;

/** How long one signal is used: a timer for each message would cost more than the message. */
const SIGNAL_MS = 1_000;

/** Publishes the records of a topic. */
export class Publisher {
  readonly #producer: PulsarProducer;
  #signal = AbortSignal.timeout(PATIENCE_MS);
  #signalUntil = 0;

  private constructor(producer: PulsarProducer) {
    this.#producer = producer;
  }

  static async open(transport: PulsarTransport, topic: Topic): Promise<Publisher> {
    // A batch of which anything is not acknowledged comes again whole: what was settled would be delivered once more.
    const settings = { compression: 'NONE', batching: false, keyOrder: true, deduplication: false } as const;
    return new Publisher(await transport.openProducer(topic, settings));
  }

  /**
   * Resolves when Pulsar has stored it. Records of one key stay in the order of the calls.
   *
   * @throws what `PulsarProducer.send` rejects with
   */
  async publish(record: RecordToWrite): Promise<void> {
    const { json, ...rest } = record;
    const [first] = record.copies;
    const destinations = record.copies.map(({ lane }) => lane.destination);
    // The envelope is a text by now, and the larger part.
    await this.#send(`${JSON.stringify(rest).slice(0, -1)},"envelope":${json}}`, first?.key ?? record.id, destinations);
  }

  /** Publishes a marker for one destination. */
  async mark(marker: string, destination: string): Promise<void> {
    const record: MarkerRecord = { v: RECORD_VERSION, marker };
    await this.#send(JSON.stringify(record), marker, [destination]);
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }

  async #send(text: string, key: string, destinations: readonly string[]): Promise<void> {
    const properties = { [DESTINATIONS_PROPERTY]: JSON.stringify(destinations) };
    const message = { payload: encodePayload(text), key: keyText(key), properties };
    await this.#producer.send(message, this.#currentSignal());
  }

  #currentSignal(): AbortSignal {
    const now = performance.now();
    if (now >= this.#signalUntil) {
      this.#signal = AbortSignal.timeout(PATIENCE_MS + SIGNAL_MS);
      this.#signalUntil = now + SIGNAL_MS;
    }
    return this.#signal;
  }
}

/** A key of any characters, and not empty: an empty one is none to Pulsar. */
function keyText(key: string): string {
  return key === '' || LONE_SURROGATE.test(key) ? JSON.stringify(key) : key;
}
