import {
  CONNECTIONS,
  oauth2,
  OAUTH2,
  type Connections,
  type Destination,
  type OAuth2,
  type Resource,
} from '@dest/core';
import {
  ReferenceDestination,
  type Answer,
  type Call,
  type CallContext,
  type Credentials,
  type Init,
} from '../support/reference-destination';
import { properties } from './schemas-with';
import type { Variation } from './variation';

/** One that gets in by tokens of `OAUTH2`. */
class AuthorizedDestination extends ReferenceDestination {
  readonly oauth2: OAuth2;
  token = '';

  constructor(
    debug: boolean,
    resource: Resource<Credentials>,
    destination: Destination<Init>,
    connections: Connections,
    tokens?: OAuth2,
  ) {
    super(debug, resource, destination, connections);
    this.oauth2 = tokens!;
  }

  protected override get credentials(): Credentials {
    return { ...super.credentials, token: this.token };
  }

  override async request(call: Call, context: CallContext): Promise<Answer> {
    this.token = await this.tokenFor(context);
    return super.request(call, context);
  }

  async tokenFor({ signal }: CallContext): Promise<string> {
    return this.oauth2.get({ signal });
  }
}

/** What such a one is registered with, and the kit for it. */
export const authorized = {
  Class: () => class extends AuthorizedDestination {},
  options: {
    credentials: {
      json: {
        type: 'object',
        properties: { url: properties.url, oauth2: oauth2() },
        required: ['url', 'oauth2'],
        additionalProperties: false,
      },
    },
    inject: [CONNECTIONS, OAUTH2],
  },
  kit: {
    credentials: ({ origin, secret }) => ({
      url: origin,
      oauth2: { tokenUrl: 'https://issuer.example.com/token', clientId: 'reference', clientSecret: secret },
    }),
  },
} satisfies Omit<Variation, 'does' | 'fails'>;

export const oauth2Variations: readonly Variation[] = [
  {
    ...authorized,
    does: 'logs its access token',
    fails: 'no secret is in what it logs',
    Class: () =>
      class extends AuthorizedDestination {
        override async tokenFor(context: CallContext): Promise<string> {
          const token = await super.tokenFor(context);
          context.logger.debug(`Bearer ${token}`);
          return token;
        }
      },
  },
  {
    ...authorized,
    does: 'holds on to the first access token, whoever asks',
    fails: 'test and production side by side share nothing',
    also: [
      'a production instance delivers with the production credentials, and touches nothing else',
      'a test instance delivers with the test credentials, and touches nothing else',
      'credentials that changed are used by the next instance, also while the last is still there',
    ],
    Class: () => {
      let first: Promise<string> | undefined;
      return class extends AuthorizedDestination {
        override async tokenFor(context: CallContext): Promise<string> {
          first ??= super.tokenFor(context);
          return first;
        }
      };
    },
  },
];
