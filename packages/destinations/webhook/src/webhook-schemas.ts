import { defineSchema, oauth2, type TypeOf } from '@dest/core';

export const webhookCredentials = defineSchema({
  type: 'object',
  properties: {
    url: {
      type: 'string',
      minLength: 1,
      title: 'URL',
      description: 'Where the requests go: http:// or https://, without user name and password in it.',
      examples: ['https://hooks.example.com/orders'],
    },
    token: { type: 'string', minLength: 1, writeOnly: true, title: 'Token', description: 'Sent as a bearer token.' },
    username: { type: 'string', minLength: 1, title: 'User name', description: 'For basic authentication.' },
    password: { type: 'string', writeOnly: true, title: 'Password', description: 'For basic authentication.' },
    oauth2: oauth2({ description: 'A bearer token is fetched from an issuer, and again before it expires.' }),
    secret: {
      writeOnly: true,
      title: 'Signing secret',
      description:
        'Signs every request by the Standard Webhooks specification: whsec_ and base64. ' +
        'Several while a secret is being changed: the request carries a signature by each.',
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
      ],
    },
    headers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      writeOnly: true,
      title: 'Secret headers',
      description: 'Headers whose values are secrets, such as an API key.',
    },
  },
  required: ['url'],
  additionalProperties: false,
});

export const webhookInit = defineSchema({
  type: 'object',
  properties: {
    method: {
      type: 'string',
      enum: ['POST', 'PUT', 'PATCH'],
      default: 'POST',
      title: 'Method',
      description: 'The HTTP method of every request.',
    },
    headers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      default: {},
      title: 'Headers',
      description: 'Headers of every request. Secrets belong into the credentials.',
    },
    contentType: {
      type: 'string',
      minLength: 1,
      default: 'application/json',
      title: 'Content type',
      description: 'The Content-Type header of every request. The body is JSON whatever it says.',
    },
    batch: {
      type: 'boolean',
      default: false,
      title: 'Batches',
      description: 'True: one request with a JSON list per batch. False: a request per delivery.',
    },
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: 256,
      default: 8,
      title: 'Concurrency',
      description: 'How many requests of one batch may be under way at once, where each delivery has its own.',
    },
    timeoutMs: {
      type: 'integer',
      minimum: 1,
      maximum: 600_000,
      default: 15_000,
      title: 'Timeout (ms)',
      description: 'How long one request may take, answer included.',
    },
  },
  additionalProperties: false,
});

export type WebhookCredentials = TypeOf<typeof webhookCredentials>;
export type WebhookInit = TypeOf<typeof webhookInit>;
