import {
  failureOf,
  messageOf,
  TransientError,
  type Clock,
  type Http,
  type Logger,
  type OAuth2,
  type OAuth2Client,
} from '@dest/core';
import { redactor } from '../application/redactor';
import { fetchToken, type FetchedToken } from './fetch-token';
import type { KeptTokens } from './kept-tokens';
import { digestOf, type TokenFile } from './token-file';
import { untilAborted } from './until-aborted';
import type { UnwrittenTokens } from './unwritten-tokens';

/** A token is renewed when a fifth of its life is left, and at the latest a minute before its end. */
const RENEW_SHARE = 0.2;
const RENEW_AT_MOST_MS = 60_000;
/** A new token that is refused within this time after one that was refused as well is not replaced. */
const REFUSAL_PAUSE_MS = 60_000;
/** How long nobody asks again after a failure, where the issuer doesn't say. */
const FAILURE_PAUSE_MS = 1_000;
/** What `Retry-After` may ask for at most; more means that the clock was set back. */
const MAX_FAILURE_PAUSE_MS = 24 * 60 * 60 * 1000;

export interface TokenSourceOptions {
  readonly client: OAuth2Client;
  readonly file: TokenFile;
  /** What the file should have, and has not. */
  readonly unwritten: UnwrittenTokens;
  readonly http: Http;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Is told of each token, so that none comes up in a message. */
  readonly learn: (secret: string) => void;
}

interface Held {
  readonly tokens: KeptTokens;
  readonly takenAt: number;
  /** Whether it took the place of one that was refused. */
  readonly replaces: boolean;
}

/**
 * The tokens of one client: one is held until shortly before it expires, whoever asks meanwhile shares the one request for
 * the next, and what the issuer gives is on disk before anybody has it.
 */
export class TokenSource implements OAuth2 {
  readonly #options: TokenSourceOptions;
  readonly #settings: string;
  #held: Held | undefined;
  #renewing: Promise<Held> | undefined;
  #refused: string | undefined;
  #failure: { readonly error: unknown; readonly until: number } | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#settings = digestOf(options.client.settings);
  }

  async get({ signal }: { readonly signal?: AbortSignal } = {}): Promise<string> {
    const now = this.#options.clock.now();
    const held = this.#held?.tokens;
    if (held !== undefined && isBefore(now, held.renewAt)) return held.accessToken;
    const renewed = this.#renew();
    // An issuer that is slow or down holds nobody up while there is a token that lives.
    if (held !== undefined && isBefore(now, held.expiresAt)) return held.accessToken;
    const { tokens } = await untilAborted(renewed, signal, () => this.#late());
    return tokens.accessToken;
  }

  refused(token: string): boolean {
    const held = this.#held;
    if (held?.tokens.accessToken !== token) return true;
    const age = Math.abs(this.#options.clock.now() - held.takenAt);
    if (held.replaces && age < REFUSAL_PAUSE_MS) return false;
    this.#held = undefined;
    this.#refused = token;
    return true;
  }

  /** Resolves when nothing is being fetched: what an issuer has given must not be lost. */
  async settled(): Promise<void> {
    await this.#renewing?.catch(() => undefined);
  }

  #renew(): Promise<Held> {
    if (this.#renewing === undefined) {
      this.#renewing = this.#renewOnce().finally(() => (this.#renewing = undefined));
      // Everybody may have given up waiting.
      this.#renewing.catch(() => undefined);
    }
    return this.#renewing;
  }

  async #renewOnce(): Promise<Held> {
    const { clock, client, file, unwritten, logger } = this.#options;
    this.#rethrowFailure(clock.now());
    try {
      const held = await unwritten.inTurn(file.name, () => this.#takeOrFetch());
      this.#failure = undefined;
      return held;
    } catch (error) {
      const { retryAfterMs = FAILURE_PAUSE_MS, code, message } = failureOf(error);
      this.#failure = { error, until: clock.now() + retryAfterMs };
      // Otherwise nobody hears of it until it is over.
      if (this.#held !== undefined)
        logger.warn(`A token can't be renewed: ${message}`, { code, resource: client.resource });
      throw error;
    }
  }

  /** What another process has fetched meanwhile, or what the issuer gives. */
  async #takeOrFetch(): Promise<Held> {
    const { client, file, unwritten, clock, http, learn } = this.#options;
    const { settings, resource } = client;
    const release = await this.#lock();
    try {
      const kept = await this.#read();
      for (const secret of [kept?.accessToken, kept?.refreshToken]) if (secret !== undefined) learn(secret);
      if (kept !== undefined && this.#isNews(kept)) {
        if (kept === unwritten.get(file.name)) await this.#write(kept);
        return this.#hold(kept);
      }
      const refreshToken =
        settings.refreshToken === undefined ? undefined : (kept?.refreshToken ?? settings.refreshToken);
      const redact = redactor([settings.clientSecret, refreshToken].filter((secret) => secret !== undefined));
      const now = (): number => clock.now();
      const fetched = await fetchToken(settings, refreshToken, { http, resource, redact, now });
      for (const secret of [fetched.accessToken, fetched.refreshToken]) if (secret !== undefined) learn(secret);
      const tokens = this.#tokensOf(fetched, refreshToken);
      await this.#write(tokens);
      return this.#hold(tokens);
    } finally {
      await release();
    }
  }

  /** One that lives will do until it is renewed, unless it is the one that is to be renewed. */
  #isNews({ settings, accessToken, renewAt, expiresAt }: KeptTokens): boolean {
    const isHeld = accessToken === this.#held?.tokens.accessToken;
    const isUsable = settings === this.#settings && isBefore(this.#options.clock.now(), isHeld ? renewAt : expiresAt);
    return isUsable && accessToken !== this.#refused;
  }

  #tokensOf({ accessToken, lifeMs, refreshToken }: FetchedToken, used: string | undefined): KeptTokens {
    const now = this.#options.clock.now();
    const next = refreshToken ?? used;
    const life =
      lifeMs === undefined
        ? { renewAt: null, expiresAt: null }
        : { renewAt: now + lifeMs - Math.min(RENEW_AT_MOST_MS, lifeMs * RENEW_SHARE), expiresAt: now + lifeMs };
    return { settings: this.#settings, accessToken, ...life, ...(next === undefined ? {} : { refreshToken: next }) };
  }

  #hold(tokens: KeptTokens): Held {
    const { clock, client, logger } = this.#options;
    this.#held = { tokens, takenAt: clock.now(), replaces: this.#refused !== undefined };
    this.#refused = undefined;
    logger.debug('There is a new OAuth 2.0 token', { resource: client.resource, expiresAt: tokens.expiresAt });
    return this.#held;
  }

  /** A folder that can't be written is no reason to deliver nothing. */
  async #lock(): Promise<() => Promise<void>> {
    try {
      return await this.#options.file.lock();
    } catch (error) {
      this.#warn(error);
      return () => Promise.resolve();
    }
  }

  /** Without its last refresh token there is no going on; without an access token there is. */
  async #read(): Promise<KeptTokens | undefined> {
    const { file, client, unwritten } = this.#options;
    const newest = unwritten.get(file.name);
    if (newest !== undefined) return newest;
    try {
      return await file.read();
    } catch (error) {
      if (client.settings.refreshToken !== undefined) throw error;
      this.#warn(error);
      return undefined;
    }
  }

  async #write(tokens: KeptTokens): Promise<void> {
    const { file, unwritten } = this.#options;
    try {
      await file.write(tokens);
      unwritten.delete(file.name);
    } catch (error) {
      unwritten.add(file.name, tokens);
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const { client, file, logger } = this.#options;
    const mayBeLost = client.settings.refreshToken !== undefined;
    const message =
      `Resource ${client.resource}: OAuth 2.0 tokens can't be kept in ${file.path}: ${messageOf(error)}. ` +
      (mayBeLost
        ? 'Mend that before the host stops, which tries again: the refresh token that is valid now would be lost with the process.'
        : 'Each start fetches a new one. Mend that, or name another tokens.path in the configuration.');
    logger[mayBeLost ? 'error' : 'warn'](message, { code: 'OAUTH2_TOKENS_NOT_KEPT', resource: client.resource });
  }

  #rethrowFailure(now: number): void {
    if (this.#failure === undefined) return;
    const { error, until } = this.#failure;
    const remaining = until - now;
    if (remaining <= 0 || remaining > MAX_FAILURE_PAUSE_MS) return;
    const { retry, code, message } = failureOf(error);
    if (retry !== 'transient') throw error;
    throw new TransientError(message, { code, scope: 'destination', retryAfterMs: remaining, cause: error });
  }

  #late(): TransientError {
    const message = `Resource ${this.#options.client.resource}: the OAuth 2.0 issuer gave no token before the call's deadline.`;
    return new TransientError(message, { code: 'OAUTH2_ABORTED', scope: 'destination' });
  }
}

function isBefore(now: number, end: number | null): boolean {
  return end === null || now < end;
}
