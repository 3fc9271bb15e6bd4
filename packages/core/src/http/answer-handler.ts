import type { Dispatcher } from 'undici';
import type { HttpAnswer } from '../ports/http';

/** How much of a body is kept. */
const MAX_KEPT_BYTES = 8 * 1024;

/** Reading on is cheaper than a new connection, up to here. */
const MAX_DRAINED_BYTES = 64 * 1024;

/** Takes an answer as it comes, to its end, or to where reading on is not worth it. */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #kept: Buffer[] = [];
  #read = 0;

  constructor(resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Gives the request up, also where it has not begun. */
  giveUp(reason: Error): void {
    this.#reject(reason);
    this.#givenUp = reason;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 1xx come before the answer.
    if (status < 200) return;
    this.#status = status;
    this.#headers = joined(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#read < MAX_KEPT_BYTES) this.#kept.push(chunk);
    this.#read += chunk.length;
    if (this.#read <= MAX_DRAINED_BYTES) return;
    this.#answer(false);
    controller.abort(new Error('The answer is longer than is worth reading.'));
  }

  onResponseEnd(): void {
    this.#answer(this.#read <= MAX_KEPT_BYTES);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // What came until then is kept: the status has already said how the request went.
    if (this.#status > 0) this.#answer(false);
    else this.#reject(error);
  }

  #answer(complete: boolean): void {
    const [only = new Uint8Array()] = this.#kept;
    const body = this.#kept.length < 2 && this.#read <= MAX_KEPT_BYTES ? only : Buffer.concat(this.#kept);
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: body.subarray(0, MAX_KEPT_BYTES),
      complete,
    });
  }
}

function joined(headers: Record<string, string | string[] | undefined>): Readonly<Record<string, string>> {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return plain;
}
