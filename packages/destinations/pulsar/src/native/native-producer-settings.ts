import type { Topic } from '../topic';
import { DEFAULT_BATCHING, type Compression, type ProducerSettings } from '../transport/producer-settings';
import type { NativeProducerSettings } from './native-binding';

const SEND_TIMEOUT_MS = 30_000;

const COMPRESSION_TYPES: Readonly<
  Record<Exclude<Compression, 'NONE'>, NonNullable<NativeProducerSettings['compressionType']>>
> = { LZ4: 'LZ4', ZLIB: 'Zlib', ZSTD: 'ZSTD', SNAPPY: 'SNAPPY' };

/** What the native client opens a producer with. */
export function nativeProducerSettings(topic: Topic, settings: ProducerSettings): NativeProducerSettings {
  const { name, compression, batching = DEFAULT_BATCHING, keyOrder, sendTimeoutMs = SEND_TIMEOUT_MS } = settings;
  return {
    topic: topic.full,
    sendTimeoutMs,
    maxPendingMessages: 5_000,
    blockIfQueueFull: false,
    // The client's own is another one than that of every other way to Pulsar: a key's partition would depend on the way.
    hashingScheme: 'JavaStringHash',
    batchingEnabled: batching !== false,
    ...(batching === false
      ? {}
      : {
          // A batch goes whole to the consumer of its first key.
          batchingType: keyOrder ? 'KeyBasedBatching' : 'DefaultBatching',
          batchingMaxPublishDelayMs: batching.maxDelayMs,
          batchingMaxMessages: batching.maxMessages,
        }),
    ...(name === undefined ? {} : { producerName: name }),
    ...(compression === 'NONE' ? {} : { compressionType: COMPRESSION_TYPES[compression] }),
  };
}
