import type { Http, HttpAnswer, HttpExchange, HttpRequest } from '../ports/http';

/** How much of a body is kept, and read. */
const MAX_KEPT_BYTES = 8 * 1024;
const MAX_DRAINED_BYTES = 64 * 1024;

/** A function that sends single requests: the client's own, or the same by its `fetch`. */
export function sendBy(http: Http): (request: HttpRequest) => HttpExchange {
  if (http.send !== undefined) return http.send;
  return (request) => {
    const controller = new AbortController();
    return { answer: fetchAnswer(http, request, controller.signal), giveUp: (reason) => controller.abort(reason) };
  };
}

async function fetchAnswer(http: Http, { url, ...init }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const response = await http(url, { ...init, redirect: 'manual', signal });
  const kept: Uint8Array[] = [];
  let read = 0;
  let ended = response.body === null;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  try {
    while (reader !== undefined && !ended && read <= MAX_DRAINED_BYTES) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) break;
      if (read < MAX_KEPT_BYTES) kept.push(value);
      read += value.length;
    }
    if (!ended) await reader?.cancel();
  } catch {
    // What came until then is kept: the status has already said how the request went.
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.concat(kept).subarray(0, MAX_KEPT_BYTES),
    complete: ended && read <= MAX_KEPT_BYTES,
  };
}
