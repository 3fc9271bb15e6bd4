import { defineSchema, type TypeOf } from '@dest/core';
import { FIXED_TOPIC_PATTERN } from '../topic';

const topic = {
  type: 'string',
  pattern: FIXED_TOPIC_PATTERN,
  maxLength: 512,
} as const;

/** What one Pulsar intake needs besides the credentials. */
export const intakeInit = defineSchema({
  type: 'object',
  properties: {
    topic: {
      ...topic,
      title: 'Topic',
      description: 'The topic to read: persistent://tenant/namespace/topic, tenant/namespace/topic, or a short name.',
      examples: ['persistent://public/default/events', 'events'],
    },
    subscription: {
      type: 'string',
      title: 'Subscription',
      description:
        'The name of the subscription. Hosts that share it share its messages; it is made where there is none.',
      pattern: '^[^\\s/\\u0000-\\u001f\\u007f]+$',
      maxLength: 256,
    },
    type: {
      type: 'string',
      enum: ['Exclusive', 'Shared', 'Failover', 'Key_Shared'],
      default: 'Key_Shared',
      title: 'Type of the subscription',
      description:
        'Key_Shared: any number of hosts, each key with one of them, in order. Shared: without order. Exclusive: one ' +
        'host. Failover: one at a time.',
    },
    initialPosition: {
      type: 'string',
      enum: ['latest', 'earliest'],
      default: 'latest',
      title: 'Where to begin',
      description: 'Where a subscription begins that is new: at what comes from now on, or at the oldest message.',
    },
    receiverQueueSize: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: 500,
      title: 'Messages at once',
      description: 'How many messages may be under way that are not acknowledged; they are held in memory.',
    },
    format: {
      type: 'string',
      enum: ['envelope', 'event', 'profile'],
      default: 'envelope',
      title: 'What a message is',
      description: 'The JSON of a message is an envelope, or the event or the profile of one.',
    },
    source: {
      type: 'string',
      minLength: 1,
      title: 'Source',
      description: 'The source of an envelope whose event names none.',
    },
    deadLetterTopic: {
      ...topic,
      title: 'Topic of dead letters',
      description: 'Where messages go that can never be taken in. Default: the topic, hyphen, the subscription, -DLQ.',
    },
  },
  required: ['topic', 'subscription'],
  additionalProperties: false,
});

export type PulsarIntakeInit = TypeOf<typeof intakeInit>;
