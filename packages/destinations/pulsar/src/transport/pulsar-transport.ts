import type { SendOutcome } from '../sending/send-outcome';
import type { Topic } from '../topic';
import type { ProducerSettings } from './producer-settings';
import type { ConsumerListener, ConsumerOptions, PulsarConsumer } from './pulsar-consumer';
import type { PulsarReader, ReadCursor, ReaderListener } from './pulsar-reader';

/** One message. */
export interface PulsarMessage {
  /** A text is sent as UTF-8. */
  readonly payload: string | Buffer;
  /** What partitions are chosen by. */
  readonly key?: string;
  readonly properties: Readonly<Record<string, string>>;
  /** When it happened, in milliseconds since the epoch: after 1970, and before the year 10000. */
  readonly eventTimeMs?: number;
  /** How long the broker keeps it back. */
  readonly deliverAfterMs?: number;
}

/** Sends to one topic. Survives a restart of the broker by itself. */
export interface PulsarProducer {
  /**
   * Sends a message; messages go out in the order of the calls.
   * Resolves to Pulsar's id of the message when the broker has stored it.
   * Rejects with TransientError, PermanentError or ConfigurationError; when `signal` is aborted, with TransientError
   * PULSAR_DEADLINE, and the message may still arrive.
   */
  send(message: PulsarMessage, signal: AbortSignal): Promise<string>;
  /**
   * Sends several, in order, at less cost than by `send`: what that resolves to or rejects with, for each. Never rejects.
   * The messages must stay as they are until then: they are read when they go on the wire, each time that they do.
   */
  sendAll(messages: readonly PulsarMessage[], signal: AbortSignal): Promise<readonly SendOutcome[]>;
  /** Rejects what still waits, and disconnects. Safe twice. */
  close(): Promise<void>;
}

/** One way to talk to one Pulsar cluster with one set of credentials. */
export interface PulsarTransport {
  /**
   * Connects a producer to a topic. Rejects with ConfigurationError where Pulsar refuses, with TransientError where it
   * can't be reached; ends by itself after about ten seconds, twenty where the reason is asked for.
   */
  openProducer(topic: Topic, settings?: ProducerSettings): Promise<PulsarProducer>;
  /** Reads a subscription, which is made where there is none yet. Rejects as `openProducer` does. */
  openConsumer(topic: Topic, options: ConsumerOptions, listener: ConsumerListener): Promise<PulsarConsumer>;
  /**
   * Reads a topic, without a subscription: a message is there as long as subscriptions keep it. Rejects as `openProducer`
   * does.
   * @param after where to begin; undefined for the oldest message that is there
   */
  openReader(topic: Topic, after: ReadCursor | undefined, listener: ReaderListener): Promise<PulsarReader>;
  /**
   * Finds out, without a topic, whether Pulsar is there and takes the credentials; makes nothing. Rejects as
   * `openProducer` does.
   */
  authenticate(): Promise<void>;
  /** Disconnects. Safe twice. */
  close(): Promise<void>;
}
