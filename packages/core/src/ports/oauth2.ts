/** How tokens are fetched: what is in the credentials where their schema has `oauth2(…)`. */
export interface OAuth2Settings {
  /** Where tokens are asked for. One of this and `issuerUrl` is there. */
  readonly tokenUrl?: string;
  /** Whose metadata names that place. */
  readonly issuerUrl?: string;
  readonly clientId: string;
  /** Absent: a public client, which has a refresh token. */
  readonly clientSecret?: string;
  /** How id and secret are told: in the form (default), or in the `Authorization` header. */
  readonly clientAuthentication?: 'body' | 'basic';
  /** The first one; issuers may give another with each token. Absent: client credentials. */
  readonly refreshToken?: string;
  readonly scope?: string;
  readonly audience?: string;
}

/** Access tokens for what an instance talks to. The host fetches, shares, renews and keeps them. */
export interface OAuth2 {
  /**
   * A token that is valid still, as it comes from the issuer: `Bearer ` goes in front of it. Cheap: ask for it with each
   * request, and hold on to none. Rejects with ConfigurationError or TransientError, both about the destination: let it through.
   */
  get(options?: { readonly signal?: AbortSignal }): Promise<string>;
  /**
   * Says that the other side has refused a token (401): the next `get` brings another, fetched once however many say so.
   *
   * @returns whether to try again with it; false where a new one was refused as well, which no newer one will mend
   */
  refused(token: string): boolean;
}

/** Whom tokens are for. */
export interface OAuth2Client {
  /** The id of the resource that the settings are from. */
  readonly resource: string;
  /** Whether they are from its test side. */
  readonly debug: boolean;
  readonly settings: OAuth2Settings;
}

/** What a host provides to a registry, so that instances get tokens. */
export interface OAuth2Provider {
  /** Called for each instance; those with the same resource, side and settings share their tokens. Fetches nothing yet. */
  tokensFor(client: OAuth2Client): OAuth2;
}
