import { createHash } from 'node:crypto';
import type { OAuth2, OAuth2Client, OAuth2Provider } from '@dest/core';

/**
 * The `OAUTH2` of a host that needs no issuer: tokens are made up, the same for the same resource, side and settings, and
 * another one after a refusal.
 */
export function madeUpTokens(): OAuth2Provider {
  const renewals = new Map<string, number>();
  return {
    tokensFor(client: OAuth2Client): OAuth2 {
      const digest = createHash('sha256').update(JSON.stringify(client)).digest('hex').slice(0, 16);
      const current = (): string => `token-${digest}-${renewals.get(digest) ?? 1}`;
      return {
        get: () => Promise.resolve(current()),
        refused: (token) => {
          if (token === current()) renewals.set(digest, (renewals.get(digest) ?? 1) + 1);
          return true;
        },
      };
    },
  };
}
