/** What an issuer answered. */
export interface IssuerAnswer {
  readonly url: URL;
  readonly status: number;
  /** The JSON object of the body, where it is one. */
  readonly members: Readonly<Record<string, unknown>> | undefined;
  /** `error` of RFC 6749, 5.2; empty where there is none. */
  readonly error: string;
  /** The issuer's own words, without secrets. */
  readonly words: string;
  readonly retryAfterMs: number | undefined;
}
