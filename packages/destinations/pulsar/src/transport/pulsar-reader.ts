/** A message of a topic that is read without a subscription. */
export interface ReadMessage {
  /** As of `ReceivedMessage`. */
  readonly id: string;
  readonly payload: Buffer;
  readonly properties: Readonly<Record<string, string>>;
  /** Reading can go on after this message. */
  readonly cursor: ReadCursor;
}

/** A place in a topic, as the transport knows it. */
export type ReadCursor = object | string;

/** Is told of what comes. Must not throw. */
export interface ReaderListener {
  /** Each message once, in the order of the topic. */
  onMessage(message: ReadMessage): void;
  /** Nothing can come at the moment, and why; undefined once it can again. */
  onTrouble(problem: unknown): void;
}

/** A topic that is read from some place on, and then followed. Survives a restart of the broker by itself. */
export interface PulsarReader {
  /** Disconnects. Safe twice. */
  close(): Promise<void>;
}
