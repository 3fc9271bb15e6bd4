import { join } from 'node:path';
import type { Connections, Destination, Resource } from '@dest/core';
import { ReferenceDestination, type Credentials, type Init } from '../support/reference-destination';
import { credentialsWith, initWith, list, properties } from './schemas-with';
import { delivering, type Variation } from './variation';

const MARKED = 'secrets are marked as writeOnly';
const KEEPS = 'an instance keeps the debug, resource and destination that it is handed';
const CONNECTS_NOWHERE = 'making an instance connects nowhere';
const DEFAULTS = 'defaults are valid, and an instance has them';

const fixture = (name: string): string => join(__dirname, '../fixtures', name);

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
    does: 'does not say which core it needs',
    fails: 'its package.json says which @dest/core it needs',
    kit: { folder: fixture('no-core') },
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
    does: 'waits for the answers that its kit says there are none of',
    fails: 'what its kit declares that it can not do, it does not do',
    kit: { cannot: { answers: 'it is never told' } },
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
    fails: MARKED,
    options: { credentials: credentialsWith({ token: { type: 'string', description: 'A token of the service.' } }) },
  },
  {
    does: 'does not mark a URL that has a secret in it',
    fails: MARKED,
    kit: {
      credentials: ({ origin, secret }) => ({ url: `${origin}/?key=${encodeURIComponent(secret)}`, token: secret }),
    },
  },
  {
    does: 'marks a secret in one field of two',
    fails: MARKED,
    options: { credentials: credentialsWith({ pin: { type: 'string', description: 'A number.' } }) },
    kit: { credentials: ({ origin, secret }) => ({ url: origin, token: secret, pin: secret }) },
  },
  {
    does: 'does not mark a secret among its parameters',
    fails: MARKED,
    options: { init: initWith({ signingSecret: { type: 'string', description: 'What requests are signed with.' } }) },
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
