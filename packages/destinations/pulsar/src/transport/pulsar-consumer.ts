/** How a subscription shares its messages among its consumers, as Pulsar calls it. */
export type SubscriptionType = 'Exclusive' | 'Shared' | 'Failover' | 'Key_Shared';

export interface ConsumerOptions {
  readonly subscription: string;
  readonly type: SubscriptionType;
  /** Where a subscription begins that is new. */
  readonly initialPosition: 'latest' | 'earliest';
  /** How many messages may be here that are not acknowledged; `Infinity` for any number. */
  readonly receiverQueueSize: number;
}

/** A message as it came. */
export interface ReceivedMessage {
  /** Pulsar's id of it, the same each time that it comes: `ledger:entry:partition:index within its batch`. */
  readonly id: string;
  readonly payload: Buffer;
  readonly key?: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly publishTime: number;
  /** False once the connection that it came by is gone: it comes again, and acknowledging it does nothing. */
  readonly isCurrent: () => boolean;
  /** Says that it is taken care of. Not confirmed: where that gets lost, the message comes again. */
  readonly acknowledge: () => void;
}

/** Is told of what comes. Must not throw. */
export interface ConsumerListener {
  /** No more than `receiverQueueSize` come until some are acknowledged. */
  onMessage(message: ReceivedMessage): void;
  /** What came and was not acknowledged is no longer current. */
  onLost(): void;
  /** Nothing can come at the moment, and why; undefined once it can again. */
  onTrouble(problem: unknown): void;
}

/** A subscription that is read. Survives a restart of the broker by itself. */
export interface PulsarConsumer {
  /** Disconnects: what was not acknowledged comes again, to whoever reads the subscription then. Safe twice. */
  close(): Promise<void>;
}
