import type { Dispatcher } from 'undici';
import type { HttpAnswer, HttpRequest } from '../ports/http';
import { AnswerHandler } from './answer-handler';
import { BAD_PORTS } from './bad-ports';

/** Sends one request by a dispatcher; what is handed over gets its answer, or what the dispatcher fails with. */
export function sendRequest(
  dispatcher: Dispatcher,
  { url, method, headers, body }: HttpRequest,
  resolve: (answer: HttpAnswer) => void,
  reject: (error: Error) => void,
): AnswerHandler | undefined {
  if (BAD_PORTS.has(url.port)) {
    // As fetch says it.
    reject(new TypeError('fetch failed', { cause: new Error('bad port') }));
    return undefined;
  }
  const handler = new AnswerHandler(resolve, reject);
  dispatcher.dispatch(
    {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: method,
      headers: headers ?? {},
      body: body ?? null,
    },
    handler,
  );
  return handler;
}
