import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import type { Http } from '@dest/core';
import { secretsOf, type Access } from '../access/access';
import { OAuth2Tokens } from '../access/oauth2-tokens';
import { createScrubber, type Scrub } from '../access/scrubber';

/** How the WebSocket connections to one cluster are made: what they trust, and what they show. */
export interface WebSocketAccess {
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'checkServerIdentity'>;
  /** The header `Authorization`; undefined without one. Rejects where no token can be had. */
  authorization(): Promise<string | undefined>;
  /** Pulsar has refused a header. Returns whether `authorization` may give a better one now. */
  renew(refused: string): boolean;
  /** Takes the secrets out of what the other side says. */
  readonly scrub: Scrub;
}

/** @param http by which tokens are fetched, under the host's network policy */
export function webSocketAccess(access: Access, http: Http): WebSocketAccess {
  const { trust, client, verifyHostname } = access.tls;
  const tokens =
    access.authentication.type === 'oauth2' ? new OAuth2Tokens(access.authentication.settings, http) : undefined;
  const fixed = fixedAuthorization(access);
  return {
    tls: {
      ...(trust === undefined ? {} : { ca: trust.text }),
      ...(client === undefined ? {} : { cert: client.certificate.text, key: client.key.text }),
      checkServerIdentity: verifyHostname ? checkServerIdentity : () => undefined,
    },
    authorization: async () => (tokens === undefined ? fixed : `Bearer ${await tokens.get()}`),
    renew: (refused) => tokens?.discard(refused.replace(/^Bearer /, '')) ?? false,
    scrub: createScrubber(() => [
      ...secretsOf(access),
      ...(tokens?.secrets ?? []),
      ...(fixed === undefined ? [] : [fixed.replace(/^\w+ /, '')]),
    ]),
  };
}

function fixedAuthorization({ authentication }: Access): string | undefined {
  switch (authentication.type) {
    case 'token':
      return `Bearer ${authentication.token}`;
    case 'basic': {
      const { username, password } = authentication;
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    default:
      return undefined;
  }
}
