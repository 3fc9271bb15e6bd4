import { defineSchema, type TypeOf } from '@dest/core';
import { TOPIC_PATTERN } from './topic';

/** What one Pulsar destination needs besides the credentials. */
export const init = defineSchema({
  type: 'object',
  properties: {
    topic: {
      type: 'string',
      title: 'Topic',
      description:
        'The topic that messages go to: persistent://tenant/namespace/topic, tenant/namespace/topic, or a short name ' +
        'such as orders, which is persistent://public/default/orders.',
      pattern: TOPIC_PATTERN,
      maxLength: 512,
      examples: ['persistent://public/default/orders', 'orders'],
    },
  },
  required: ['topic'],
  additionalProperties: false,
});

export type PulsarInit = TypeOf<typeof init>;
