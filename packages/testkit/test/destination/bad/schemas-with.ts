import type { referenceOptions } from '../support/reference-destination';

export const properties = {
  url: { type: 'string', description: 'Where the service is.' },
  token: { type: 'string', description: 'A token of the service.', writeOnly: true },
} as const;

export const list = { type: 'string', description: 'The list that contacts go to.', default: 'all' } as const;

/** Credentials of the reference with other fields. */
export function credentialsWith(changed: object): (typeof referenceOptions)['credentials'] {
  const json = { type: 'object', properties: { ...properties, ...changed }, required: ['url', 'token'] };
  return { json: { ...json, additionalProperties: false } };
}

/** Parameters of the reference with other fields. */
export function initWith(
  changed: object,
  rest: object = { additionalProperties: false },
): (typeof referenceOptions)['init'] {
  return { json: { type: 'object', properties: { list, ...changed }, ...rest } };
}
