/** A request that is sent as it is: no redirect is followed, nothing is added but what HTTP asks for. */
export interface HttpRequest {
  /** http: or https: */
  readonly url: URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  /** By name in lower case; a header that came several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body, at most 8 KiB. */
  readonly body: Uint8Array;
  /** False where the body goes on, or broke off. */
  readonly complete: boolean;
}

/** A request that is under way. */
export interface HttpExchange {
  readonly answer: Promise<HttpAnswer>;
  /** Gives it up; `answer` rejects with the reason. Has no effect when it is answered. An AbortSignal for each would cost as much as the request. */
  giveUp(reason: Error): void;
}

/** `fetch` by the Fetch standard, under the host's network policy: an address that the policy blocks is refused at connect. */
export type Http = typeof globalThis.fetch & {
  /**
   * Sends one request under the same policy, and reads the beginning of its answer: about ten times cheaper than `fetch`,
   * for those who send many. Absent where an application has bound a `fetch` of its own.
   */
  send?(request: HttpRequest): HttpExchange;
};
