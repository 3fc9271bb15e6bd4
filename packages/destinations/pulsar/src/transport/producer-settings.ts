/** How Pulsar compresses what it stores. */
export type Compression = 'NONE' | 'LZ4' | 'ZLIB' | 'ZSTD' | 'SNAPPY';

/** How many messages may share one entry at the broker, and how long the first one waits for others. */
export interface Batching {
  readonly maxMessages: number;
  readonly maxDelayMs: number;
}

/** What a producer is opened with, whatever the transport. */
export interface ProducerSettings {
  /** Absent: Pulsar gives it a name. */
  readonly name?: string;
  readonly compression: Compression;
  /** Absent: the transport's usual one, as long as it keeps what `keyOrder` asks for. */
  readonly batching?: Batching | false;
  /** Whether consumers of a Key_Shared subscription count on the order of each key's messages. */
  readonly keyOrder: boolean;
  /** How long a message may wait to be stored. Absent: the transport's usual time. */
  readonly sendTimeoutMs?: number;
  /** Whether messages are numbered such that a broker that drops repeats knows what is sent once more. */
  readonly deduplication: boolean;
}

export const DEFAULT_PRODUCER_SETTINGS: ProducerSettings = {
  compression: 'NONE',
  keyOrder: false,
  deduplication: false,
};

/** Larger batches and longer waits gain nothing; the client's own ten would be the latency of a message that goes alone. */
export const DEFAULT_BATCHING: Batching = { maxMessages: 1_000, maxDelayMs: 5 };
