const FIRST_MS = 100;
const MOST_MS = 5_000;
/** More than this an outbox doesn't ask for in earnest. */
const MOST_ASKED_MS = 60_000;

/**
 * How long to wait before a line is handed over again, in milliseconds. Pure.
 *
 * @param tries - how often it was tried
 * @param askedMs - how long the other side asked to wait
 */
export function retryDelay(tries: number, askedMs?: number): number {
  const own = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 16));
  return Math.max(own, Math.min(askedMs ?? 0, MOST_ASKED_MS));
}
