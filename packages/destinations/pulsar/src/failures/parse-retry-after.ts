const MOST_MS = 24 * 60 * 60 * 1000;

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, at most a day; undefined where there is nothing to read
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const delay = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return delay > 0 ? Math.min(delay, MOST_MS) : undefined;
}
