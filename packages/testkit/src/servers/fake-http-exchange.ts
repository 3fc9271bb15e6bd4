import type { IncomingHttpHeaders } from 'node:http';

/** A request as the server saw it. */
export interface FakeHttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a request is answered with. */
export interface FakeHttpAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text as it is, anything else as JSON. Default: empty. */
  readonly body?: unknown;
  /** How long it waits before it answers, in milliseconds. */
  readonly delayMs?: number;
  /**
   * What it does instead: `hang` never answers, `reset` resets the connection, `close` ends it without an answer, `cut`
   * ends it in the middle of the answer's body.
   */
  readonly instead?: 'hang' | 'reset' | 'close' | 'cut';
}
