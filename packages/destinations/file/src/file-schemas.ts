import { defineSchema, type TypeOf } from '@dest/core';

/** A file needs no credentials. */
export const fileCredentials = defineSchema({ type: 'object', properties: {}, additionalProperties: false });

export const fileInit = defineSchema({
  type: 'object',
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      title: 'Path',
      description: "The file that lines are appended to, read from the configuration's folder.",
      examples: ['out/orders.ndjson'],
    },
    rotate: {
      type: 'object',
      properties: {
        maxBytes: {
          type: 'integer',
          minimum: 1,
          title: 'Size (bytes)',
          description: 'A file that would become larger is put aside first.',
        },
        keep: {
          type: 'integer',
          minimum: 0,
          maximum: 1000,
          default: 5,
          title: 'Keep',
          description: 'How many older files are kept: path.1 is the latest of them.',
        },
      },
      required: ['maxBytes'],
      additionalProperties: false,
      title: 'Rotation',
      description: 'When the file is put aside for a new one. Absent: never.',
    },
  },
  required: ['path'],
  additionalProperties: false,
});

export type FileCredentials = TypeOf<typeof fileCredentials>;
export type FileInit = TypeOf<typeof fileInit>;
