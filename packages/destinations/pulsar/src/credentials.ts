import { defineSchema, type TypeOf } from '@dest/core';
import { HOST_PATTERN } from './host';

/** How to reach a Pulsar cluster. */
export const credentials = defineSchema({
  type: 'object',
  properties: {
    host: {
      type: 'string',
      title: 'Address',
      description:
        'Where Pulsar is. pulsar://broker:6650 and pulsar+ssl://broker:6651 use the native client (the package ' +
        'pulsar-client); ws://broker:8080, wss://broker:8443, http:// and https:// use the WebSocket API, which needs ' +
        'nothing installed.',
      pattern: HOST_PATTERN,
      examples: ['pulsar://broker:6650', 'wss://broker:8443'],
    },
    token: {
      type: 'string',
      title: 'Token',
      description: 'A token (JSON Web Token) of a role that may produce to the topic. Absent: no authentication.',
      pattern: '^[\\x21-\\x7e]+$',
      writeOnly: true,
    },
  },
  required: ['host'],
  additionalProperties: false,
});

export type PulsarCredentials = TypeOf<typeof credentials>;
