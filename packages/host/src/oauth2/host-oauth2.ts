import type { Clock, Http, Logger, OAuth2, OAuth2Client, OAuth2Provider } from '@dest/core';
import { runUnattributedAsync } from '../containment/attribution';
import { withinTime } from '../delivery/within-time';
import { TokenFile } from './token-file';
import { TokenSource } from './token-source';

/** How long closing waits for an issuer that is being asked. */
const SETTLE_MS = 5_000;

export interface HostOAuth2Options {
  /** Where tokens are kept; absolute. */
  readonly folder: string;
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

  /** Waits a while for what is being fetched. Never rejects. */
  async close(): Promise<void> {
    const settled = Promise.all(Array.from(this.#sources.values(), (source) => source.settled()));
    await withinTime(this.#options.clock, SETTLE_MS, settled);
  }

  #sourceOf(client: OAuth2Client): TokenSource {
    const { resource, debug, settings } = client;
    const key = JSON.stringify([resource, debug, settings]);
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const { folder, ...shared } = this.#options;
    const source = new TokenSource({ ...shared, client, file: new TokenFile(folder, client) });
    this.#sources.set(key, source);
    return source;
  }
}
