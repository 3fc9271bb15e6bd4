import { defineSchema, type TypeOf } from '@dest/core';
import { FIXED_TOPIC_PATTERN } from '../topic';

/** What a Pulsar outbox needs besides the credentials. */
export const outboxInit = defineSchema({
  type: 'object',
  properties: {
    topic: {
      type: 'string',
      pattern: FIXED_TOPIC_PATTERN,
      maxLength: 480,
      title: 'Topic',
      description:
        'Where envelopes wait: persistent://tenant/namespace/topic, tenant/namespace/topic, or a short name. All hosts of one ' +
        'configuration share it. Topics beside it begin with its name: -journal, -dead-letters and -parked.',
      examples: ['persistent://public/default/dest-outbox', 'dest-outbox'],
    },
    maxHeld: {
      type: 'integer',
      minimum: 100,
      maximum: 50_000,
      default: 10_000,
      title: 'Deliveries held',
      description:
        'How many deliveries of one destination a host holds in memory at most, and as many again of what was parked; the ' +
        'others wait at the broker. The broker has to allow as many unacknowledged messages of a consumer.',
    },
  },
  required: ['topic'],
  additionalProperties: false,
});

export type PulsarOutboxInit = TypeOf<typeof outboxInit>;
