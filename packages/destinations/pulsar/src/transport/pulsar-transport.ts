import type { Topic } from '../topic';

/** One message. */
export interface PulsarMessage {
  readonly payload: Buffer;
  /** What partitions are chosen by. */
  readonly key?: string;
  readonly properties: Readonly<Record<string, string>>;
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
  /** Rejects what still waits, and disconnects. Safe twice. */
  close(): Promise<void>;
}

/** One way to talk to one Pulsar cluster with one token. */
export interface PulsarTransport {
  /**
   * Connects a producer to a topic. Rejects with ConfigurationError where Pulsar refuses, with TransientError where it
   * can't be reached; ends by itself after about ten seconds.
   */
  openProducer(topic: Topic): Promise<PulsarProducer>;
  /** Disconnects. Safe twice. */
  close(): Promise<void>;
}
