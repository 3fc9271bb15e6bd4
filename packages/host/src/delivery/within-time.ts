import type { Clock } from '@dest/core';

/** Waits for something, but not for longer than that, in milliseconds. Returns whether it happened in time. */
export async function withinTime(clock: Clock, timeoutMs: number, happening: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => undefined;
  const late = new Promise<false>((resolve) => (cancel = clock.schedule(timeoutMs, () => resolve(false))));
  try {
    return await Promise.race([happening.then(() => true), late]);
  } finally {
    cancel();
  }
}
