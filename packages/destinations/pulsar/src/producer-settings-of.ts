import type { DeliveryOptions } from '@dest/core';
import type { PulsarInit } from './init';
import { DEFAULT_BATCHING, type ProducerSettings } from './transport/producer-settings';

/** What the parameters of a destination ask of its producers. */
export function producerSettingsOf(init: PulsarInit, ordering: DeliveryOptions['ordering']): ProducerSettings {
  const { producerName, compression, batching, sendTimeoutMs, deduplication } = init;
  return {
    compression,
    deduplication,
    keyOrder: ordering === 'key',
    ...(producerName === undefined ? {} : { name: producerName }),
    ...(batching === undefined ? {} : { batching: batching && { ...DEFAULT_BATCHING, ...batching } }),
    ...(sendTimeoutMs === undefined ? {} : { sendTimeoutMs }),
  };
}
