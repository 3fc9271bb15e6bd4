import { defineSchema, type TypeOf } from '@dest/core';
import { DURATION_PATTERN } from './duration';
import { TOPIC_PATTERN } from './topic-source';

const REFERENCE_PATTERN = '^(profile|event|session)@.+$';

/** What one Pulsar destination needs besides the credentials. */
export const init = defineSchema({
  type: 'object',
  properties: {
    topic: {
      type: 'string',
      title: 'Topic',
      description:
        'The topic that messages go to: persistent://tenant/namespace/topic, tenant/namespace/topic, or a short name ' +
        'such as orders, which is persistent://public/default/orders. With references in double braces it is a template, ' +
        'and each message goes to the topic that comes out.',
      pattern: TOPIC_PATTERN,
      maxLength: 512,
      examples: ['persistent://public/default/orders', 'orders', 'persistent://public/default/{{event@type}}'],
    },
    maxProducers: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 100,
      title: 'Open producers',
      description:
        'For a topic that is a template: how many topics may have a producer open at once. The one that was not used for ' +
        'longest is closed for the next.',
    },
    serializer: {
      type: 'string',
      enum: ['json', 'text', 'raw'],
      default: 'json',
      title: 'Serializer',
      description:
        'json: the payload is the JSON text of the mapping. text: the mapping gives a text, which is the payload. ' +
        'raw: the mapping gives a text with the bytes as Base64.',
    },
    key: {
      type: 'string',
      pattern: REFERENCE_PATTERN,
      title: 'Key',
      description:
        "A reference to the message's key, which chooses the partition and the consumer of a Key_Shared subscription. " +
        "Absent: what orders the deliveries, by default the profile's id.",
      examples: ['profile@id', 'event@properties.orderId'],
    },
    properties: {
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean', 'object'] },
      title: 'Properties',
      description:
        'Properties of the message, by name, each in the mapping language: a reference, a text with references in double ' +
        'braces, a fixed text, or a directive. What is missing is left out. idempotencyKey is always there.',
      examples: [{ type: 'event@type', origin: 'web shop {{event@source.id}}' }],
    },
    eventTime: {
      anyOf: [{ type: 'string', pattern: REFERENCE_PATTERN }, { const: false }],
      title: 'Event time',
      description:
        'A reference to when it happened: ISO 8601 text, or seconds or milliseconds since 1970. False: none. ' +
        'Absent: event@metadata.time, or its insert or create, where the event has it.',
      examples: ['event@properties.orderedAt'],
    },
    deliverAfter: {
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 31_536_000_000 },
        { type: 'string', pattern: DURATION_PATTERN, maxLength: 40 },
      ],
      title: 'Delay',
      description:
        'How long Pulsar keeps each message back from consumers with a Shared or Key_Shared subscription: 30s, 5m, 1h30m, or ' +
        'milliseconds. Others get it at once.',
      examples: ['5m'],
    },
    producerName: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      title: 'Producer name',
      description:
        'The name that Pulsar shows for the producer. One topic has only one producer of a name at a time: with several ' +
        'hosts leave it out.',
      examples: ['web-shop-orders'],
    },
    compression: {
      type: 'string',
      enum: ['NONE', 'LZ4', 'ZLIB', 'ZSTD', 'SNAPPY'],
      default: 'NONE',
      title: 'Compression',
      description: 'How messages are compressed where Pulsar stores them.',
    },
    batching: {
      anyOf: [
        { const: false },
        {
          type: 'object',
          properties: {
            maxMessages: {
              type: 'integer',
              minimum: 2,
              maximum: 10_000,
              title: 'Messages',
              description: 'How many messages may be in one batch. Absent: 1000.',
            },
            maxDelayMs: {
              type: 'integer',
              minimum: 1,
              maximum: 10_000,
              title: 'Delay (ms)',
              description: 'How long the first message of a batch waits for others. Absent: 5.',
            },
          },
          additionalProperties: false,
        },
      ],
      title: 'Batching',
      description:
        'How messages share batches at Pulsar, or false for each on its own. Absent: up to 1000 within 5 ms; with ' +
        'delivery.ordering: key, batches of one key each by the native client, and none by the WebSocket API, which has no such batches.',
      examples: [{ maxMessages: 500, maxDelayMs: 10 }, false],
    },
    sendTimeoutMs: {
      type: 'integer',
      minimum: 100,
      maximum: 600_000,
      title: 'Send timeout (ms)',
      description:
        'How long a message may wait for Pulsar to store it, before it fails and is tried again. Absent: 30 s. More than ' +
        'delivery.timeoutMs, 30 s by default, has no effect: a delivery that takes longer is given up.',
      examples: [10_000],
    },
    deduplication: {
      type: 'boolean',
      default: false,
      title: 'Deduplication',
      description:
        'Numbers the messages, so that a namespace with deduplication drops what is sent once more after a connection ended. ' +
        'Repeats by retries are told by their property idempotencyKey alone.',
    },
  },
  required: ['topic'],
  additionalProperties: false,
});

export type PulsarInit = TypeOf<typeof init>;
