/** Time as the host sees it, so that tests can hand out their own. */
export interface Clock {
  /** Milliseconds since the epoch, wall clock. */
  now(): number;
  /** Milliseconds that never go back and don't jump when the clock is set. Absent: taken from `now`. */
  monotonic?(): number;
  /** Calls `callback` once, `delayMs` later; returns what cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** The machine's own clock: the default. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
