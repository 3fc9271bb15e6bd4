import type { Scrubber } from './scrubber';

/** Reading on is cheaper than a new connection, up to here. */
const MAX_DRAINED_BYTES = 64 * 1024;
const MAX_KEPT_BYTES = 8 * 1024;
const MAX_EXCERPT_CHARACTERS = 500;

/**
 * Reads a response's body to its end, so that the connection can be used again, or cancels a long one.
 * A body that breaks off is no failure of its own.
 *
 * @returns Its beginning as one line of text without secrets, at most 500 characters.
 */
export async function readExcerpt(response: Response, scrub: Scrubber): Promise<string> {
  const { bytes, complete } = await readBeginning(response);
  const text = new TextDecoder().decode(bytes);
  const line = scrub(text, !complete)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length <= MAX_EXCERPT_CHARACTERS ? line : `${line.slice(0, MAX_EXCERPT_CHARACTERS - 1)}…`;
}

async function readBeginning(response: Response): Promise<{ bytes: Buffer; complete: boolean }> {
  const kept: Uint8Array[] = [];
  let read = 0;
  let ended = false;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  try {
    while (reader !== undefined && read <= MAX_DRAINED_BYTES) {
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
  return { bytes: Buffer.concat(kept).subarray(0, MAX_KEPT_BYTES), complete: ended && read <= MAX_KEPT_BYTES };
}
