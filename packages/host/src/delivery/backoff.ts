/** Bounds of a backoff, in milliseconds. */
export interface BackoffOptions {
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
}

/** However long the other side asks to wait: a day, so that a wrong number doesn't hold a delivery for ever. */
export const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * Exponential backoff with full jitter: a random part of a delay that doubles with every failure, so that many who fail
 * together don't come back together. What the other side asked for is the least.
 *
 * @param failures - how many there were, 1 for the first
 * @param random - uniform in [0, 1)
 */
export function backoffDelay(
  failures: number,
  options: BackoffOptions,
  random: number,
  retryAfterMs: number | undefined,
): number {
  const ceiling = Math.min(options.maxDelayMs, options.initialDelayMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(Math.ceil(random * ceiling), Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
}
