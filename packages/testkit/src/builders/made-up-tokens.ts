import { createHash } from 'node:crypto';
import type { OAuth2, OAuth2Client, OAuth2Provider } from '@dest/core';

/** The `OAUTH2` of a host that knows what it gave to whom. */
export interface MadeUpTokens extends OAuth2Provider {
  /** For whom each token is that was given so far. */
  readonly given: ReadonlyMap<string, OAuth2Client>;
}

/** What tokens look like, those of another such provider too. */
export const MADE_UP_TOKEN = /token-[0-9a-f]{16}-\d+/g;

/**
 * The `OAUTH2` of a host that needs no issuer: tokens are made up, the same for the same resource, side and settings, and
 * another one after a refusal.
 */
export function madeUpTokens(): MadeUpTokens {
  const given = new Map<string, OAuth2Client>();
  const renewals = new Map<string, number>();
  return {
    given,
    tokensFor(client: OAuth2Client): OAuth2 {
      const digest = createHash('sha256').update(JSON.stringify(client)).digest('hex').slice(0, 16);
      const current = (): string => `token-${digest}-${renewals.get(digest) ?? 1}`;
      return {
        get: () => {
          const token = current();
          given.set(token, client);
          return Promise.resolve(token);
        },
        refused: (token) => {
          if (token === current()) renewals.set(digest, (renewals.get(digest) ?? 1) + 1);
          return true;
        },
      };
    },
  };
}
