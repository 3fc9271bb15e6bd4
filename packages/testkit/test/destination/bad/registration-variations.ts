import { join } from 'node:path';
import type { Connections, Destination, Resource } from '@dest/core';
import {
  ReferenceDestination,
  type referenceOptions,
  type Credentials,
  type Init,
} from '../support/reference-destination';
import { delivering, type Variation } from './variation';

const KEEPS = 'an instance keeps the debug, resource and destination that it is handed';
const CONNECTS_NOWHERE = 'making an instance connects nowhere';
const DEFAULTS = 'defaults are valid, and an instance has them';

const fixture = (name: string): string => join(__dirname, '../fixtures', name);

const properties = {
  url: { type: 'string', description: 'Where the service is.' },
  token: { type: 'string', description: 'A token of the service.', writeOnly: true },
} as const;

const list = { type: 'string', description: 'The list that contacts go to.', default: 'all' } as const;

function credentialsWith(changed: object): (typeof referenceOptions)['credentials'] {
  const json = { type: 'object', properties: { ...properties, ...changed }, required: ['url', 'token'] };
  return { json: { ...json, additionalProperties: false } };
}

function initWith(changed: object, rest: object = { additionalProperties: false }): (typeof referenceOptions)['init'] {
  return { json: { type: 'object', properties: { list, ...changed }, ...rest } };
}

export const registrationVariations: readonly Variation[] = [
  {
    does: 'has no description',
    fails: 'it is registered under a name, with a title and a description',
    options: { description: '' },
  },
  {
    does: 'does not say which api it follows',
    fails: 'its package.json says that it is a plugin of this api',
    kit: { folder: fixture('no-api') },
  },
  {
    does: 'brings a core of its own',
    fails: 'its package.json leaves @dest/core to the application',
    kit: { folder: fixture('own-core') },
  },
  {
    does: 'changes the destination that it is handed',
    fails: KEEPS,
    Class: () =>
      class extends ReferenceDestination {
        constructor(d: boolean, r: Resource<Credentials>, destination: Destination<Init>, connections: Connections) {
          super(d, r, { ...destination, id: 'mine' }, connections);
        }
      },
  },
  {
    does: 'connects in its constructor',
    fails: CONNECTS_NOWHERE,
    Class: () =>
      class extends ReferenceDestination {
        constructor(d: boolean, r: Resource<Credentials>, destination: Destination<Init>, connections: Connections) {
          super(d, r, destination, connections);
          const headers = { connection: 'close' };
          void fetch(this.credentials.url, { headers, signal: AbortSignal.timeout(100) }).catch(() => undefined);
        }
      },
  },
  {
    does: 'takes the profiles that its kit says it does not take',
    fails: 'what its kit declares that it can not do, it does not do',
    kit: { cannot: { profiles: 'it takes events alone' } },
  },
  {
    does: 'wants what its kit does not know of',
    fails: 'credentials and parameters that are right are accepted',
    options: { init: initWith({}, { required: ['region'], additionalProperties: false }) },
    // What it is registered with, and what its package says, needs no instance.
    also: (each) => delivering()(each) || [KEEPS, CONNECTS_NOWHERE, DEFAULTS].includes(each.name),
  },
  {
    does: 'has a default for what is required',
    fails: 'what is required and missing is refused, by its name',
    options: { credentials: credentialsWith({ url: { ...properties.url, default: 'http://127.0.0.1/' } }) },
  },
  {
    does: 'lets slips pass',
    fails: 'a field that is not known is refused, so that a slip is an error',
    options: { init: initWith({}, {}) },
  },
  {
    does: 'takes anything for a list',
    fails: 'a value of another type is refused, by its name',
    options: { init: initWith({ list: { description: 'The list.', default: 'all' } }) },
  },
  {
    does: 'has a default that is not valid',
    fails: DEFAULTS,
    options: { init: initWith({ retries: { type: 'integer', description: 'How often.', default: 'thrice' } }) },
    kit: { init: { retries: 3 } },
  },
  {
    does: 'does not mark its token as a secret',
    fails: 'secrets are marked as writeOnly',
    options: { credentials: credentialsWith({ token: { type: 'string', description: 'A token of the service.' } }) },
  },
  {
    does: 'describes not all fields',
    fails: 'every field has a description',
    options: { init: initWith({ list: { type: 'string', default: 'all' } }) },
  },
  {
    does: 'has an example that is not valid',
    fails: 'examples are valid',
    options: { init: initWith({ list: { ...list, examples: [5] } }) },
  },
];
