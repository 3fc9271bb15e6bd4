import type { Clock, Http, Logger, OAuth2, OAuth2Client, OAuth2Provider } from '@dest/core';
import { runUnattributedAsync } from '../containment/attribution';
import { withinTime } from '../delivery/within-time';
import { TokenFile } from './token-file';
import { TokenSource } from './token-source';
import type { UnwrittenTokens } from './unwritten-tokens';

/** How long closing waits for an issuer that is being asked. */
const SETTLE_MS = 5_000;

export interface HostOAuth2Options {
  /** Where tokens are kept; absolute. */
  readonly folder: string;
  /** Those of the configuration before, after a reload. */
  readonly unwritten: UnwrittenTokens;
  readonly http: Http;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly learn: (secret: string) => void;
}

/** Tokens for plugins: all instances with the same resource, side and settings share theirs. */
export class HostOAuth2 implements OAuth2Provider {
  readonly #options: HostOAuth2Options;
  readonly #sources = new Map<string, TokenSource>();

  constructor(options: HostOAuth2Options) {
    this.#options = options;
  }

  tokensFor(client: OAuth2Client): OAuth2 {
    const source = this.#sourceOf(client);
    return {
      // What several share is not the plugin's that asks first.
      get: (options) => runUnattributedAsync(() => source.get(options)),
      refused: (token) => source.refused(token),
    };
  }

  /** Waits a while for what is being fetched, and for what could not be written until now. Never rejects. */
  async close(): Promise<void> {
    const settled = Promise.all(Array.from(this.#sources.values(), (source) => source.settled()));
    const { clock, unwritten, folder } = this.#options;
    await withinTime(
      clock,
      SETTLE_MS,
      settled.then(() => unwritten.writeTo(folder)),
    );
  }

  #sourceOf(client: OAuth2Client): TokenSource {
    const { resource, debug, settings } = client;
    const key = JSON.stringify([resource, debug, settings]);
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const { folder, ...shared } = this.#options;
    const source = new TokenSource({ ...shared, client, file: TokenFile.of(folder, client) });
    this.#sources.set(key, source);
    return source;
  }
}
