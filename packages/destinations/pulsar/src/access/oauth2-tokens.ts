import { ConfigurationError, type Http } from '@dest/core';
import { askForJson, type OAuth2Answer } from './ask-for-json';
import { oauth2Refused } from './oauth2-error';
import type { OAuth2Settings } from './oauth2-settings';

/** A token is renewed when a fifth of its life is left, and at the latest a minute before its end. */
const RENEW_SHARE = 0.2;
const RENEW_AT_MOST_MS = 60_000;

interface Kept {
  readonly text: string;
  /** Milliseconds of the monotonic clock; `Infinity` where the issuer doesn't say. */
  readonly renewAt: number;
  readonly expiresAt: number;
  /** How often it was handed out. */
  uses: number;
}

/**
 * Access tokens by OAuth 2.0 client credentials. One is kept until shortly before it expires, and whoever asks meanwhile
 * shares the one request for the next.
 */
export class OAuth2Tokens {
  readonly #settings: OAuth2Settings;
  readonly #http: Http;
  readonly #now: () => number;
  #kept: Kept | undefined;
  #asking: Promise<Kept> | undefined;

  /** @param now milliseconds of a monotonic clock */
  constructor(settings: OAuth2Settings, http: Http, now: () => number = () => performance.now()) {
    this.#settings = settings;
    this.#http = http;
    this.#now = now;
  }

  /** What is kept and must come up in no message. */
  get secrets(): readonly string[] {
    return [this.#settings.clientSecret, ...(this.#kept === undefined ? [] : [this.#kept.text])];
  }

  /**
   * A token that is valid still. Rejects with ConfigurationError PULSAR_OAUTH2_REFUSED, with TransientError
   * PULSAR_OAUTH2_UNAVAILABLE, and with what the host's network policy says.
   */
  async get(): Promise<string> {
    const kept = this.#kept;
    if (kept !== undefined && this.#now() < kept.renewAt) return use(kept);
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    try {
      return use(await this.#asking);
    } catch (error) {
      if (kept !== undefined && this.#now() < kept.expiresAt) return use(kept);
      throw error;
    }
  }

  /**
   * Pulsar has refused a token: the next one is asked for anew.
   * @returns whether that may help: not where the token had just come
   */
  discard(refused: string): boolean {
    const kept = this.#kept;
    if (kept?.text !== refused) return kept !== undefined;
    this.#kept = undefined;
    return kept.uses > 1;
  }

  async #ask(): Promise<Kept> {
    const { clientId, clientSecret, audience, scope } = this.#settings;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...(audience === undefined ? {} : { audience }),
      ...(scope === undefined ? {} : { scope }),
    });
    const answer = await this.#json(await this.#tokenEndpoint(), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    const { access_token: text, expires_in: seconds } = answer.members;
    if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) {
      throw oauth2Refused(answer.url, 'it answered without an access_token. Check credentials.oauth2.');
    }
    const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1000 : Infinity;
    const now = this.#now();
    const renewAt = now + lifeMs - Math.min(RENEW_AT_MOST_MS, lifeMs * RENEW_SHARE);
    this.#kept = { text, renewAt, expiresAt: now + lifeMs, uses: 0 };
    return this.#kept;
  }

  // Asked for each time: issuers move their endpoints.
  async #tokenEndpoint(): Promise<URL> {
    const issuer = this.#settings.issuerUrl.replace(/\/+$/, '');
    const known = await this.#json(new URL(`${issuer}/.well-known/openid-configuration`), { method: 'GET' });
    const { token_endpoint: text } = known.members;
    const endpoint = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
    const secure = endpoint?.protocol === 'https:';
    if (endpoint !== undefined && (secure || (endpoint.protocol === 'http:' && issuer.startsWith('http:')))) {
      return endpoint;
    }
    const found = endpoint === undefined ? 'none' : endpoint.origin;
    throw new ConfigurationError(
      `credentials.oauth2.issuerUrl: ${known.url.href} should name a token_endpoint that is as secure as itself, names ${found}. ` +
        'Check the issuer.',
      { code: 'PULSAR_OAUTH2_REFUSED' },
    );
  }

  async #json(url: URL, init: RequestInit): Promise<OAuth2Answer> {
    return askForJson(this.#http, url, init, this.secrets);
  }
}

function use(kept: Kept): string {
  kept.uses += 1;
  return kept.text;
}
