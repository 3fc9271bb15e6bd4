import { TransientError, type Clock } from '@dest/core';

/** A call that took longer than it may. */
export class DeadlineError extends TransientError {
  constructor(what: string, timeoutMs: number) {
    super(`${what} did not finish within ${timeoutMs} ms.`, { code: 'DEADLINE_EXCEEDED', scope: 'destination' });
  }
}

/**
 * Runs a call with a deadline: its signal is aborted and the result rejected when time is up, whatever the call does.
 * What it settles to later is ignored.
 *
 * @param what - what messages call it
 */
export async function withDeadline<Result>(
  clock: Clock,
  timeoutMs: number,
  what: string,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  return new Promise<Result>((resolve, reject) => {
    const cancel = clock.schedule(timeoutMs, () => {
      const error = new DeadlineError(what, timeoutMs);
      reject(error);
      controller.abort(error);
    });
    const settle =
      <Value>(how: (value: Value) => void) =>
      (value: Value): void => {
        cancel();
        how(value);
      };
    // A plugin's method may also throw before it returns its promise, or return none.
    Promise.resolve()
      .then(() => call(controller.signal))
      .then(settle(resolve), settle(reject));
  });
}
