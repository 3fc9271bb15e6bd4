import type { OtherSideFaults } from '../destination/other-side';
import type { FakeHttpAnswer, FakeHttpRequest } from './fake-http-exchange';

type Fault = (request: FakeHttpRequest) => FakeHttpAnswer | undefined;

/** The faults of an HTTP server, by the statuses that are usual for them. */
export class HttpFaults implements Required<OtherSideFaults> {
  #fault: Fault = () => undefined;

  /** What a request is answered with by a fault; undefined where none is set, or it is none for this request. */
  answerTo(request: FakeHttpRequest): FakeHttpAnswer | undefined {
    return this.#fault(request);
  }

  /** 429 with a `Retry-After` in seconds. */
  limitRate(retryAfterMs: number): void {
    this.#fault = () => ({ status: 429, headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } });
  }

  /** 503 */
  beUnavailable(): void {
    this.#fault = () => ({ status: 503 });
  }

  /** 401 */
  refuseCredentials(): void {
    this.#fault = () => ({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  }

  /** 422 for what has the text in its body. */
  refuseItems(text: string): void {
    this.#fault = ({ body }) => (body.includes(text) ? { status: 422 } : undefined);
  }

  /** 425 for what has the text in its body. */
  postponeItems(text: string): void {
    this.#fault = ({ body }) => (body.includes(text) ? { status: 425 } : undefined);
  }

  /** 400 with the request in its body: its path, headers and body. */
  echo(): void {
    this.#fault = ({ method, url, headers, body }) => ({ status: 400, body: { method, url, headers, body } });
  }

  mend(): void {
    this.#fault = () => undefined;
  }
}
