import { TransientError, type Clock } from '@dest/core';
import { abortAttributed } from '../containment/attributed-abort';

/** A call that took longer than it may. */
export class DeadlineError extends TransientError {
  constructor(what: string, timeoutMs: number) {
    super(`${what} did not finish within ${timeoutMs} ms.`, { code: 'DEADLINE_EXCEEDED', scope: 'destination' });
  }
}

/** A call that was cut off because the host closes. */
export class ShutdownError extends TransientError {
  constructor(what: string) {
    super(`${what} was cut off: the host closes.`, { code: 'HOST_CLOSED', scope: 'destination' });
  }
}

/**
 * Runs a call with a deadline: its signal is aborted and the result rejected when time is up, whatever the call does.
 * What it settles to later is ignored.
 *
 * @param what - what messages call it
 * @param shutdown - cuts the call off as well, when the host closes
 */
export async function withDeadline<Result>(
  clock: Clock,
  timeoutMs: number,
  what: string,
  call: (signal: AbortSignal) => Promise<Result>,
  shutdown?: AbortSignal,
): Promise<Result> {
  if (shutdown?.aborted === true) throw new ShutdownError(what);
  const controller = new AbortController();
  return new Promise<Result>((resolve, reject) => {
    const cutOff = (error: TransientError): void => {
      stopWaiting();
      reject(error);
      abortAttributed(controller, error);
    };
    const onShutdown = (): void => cutOff(new ShutdownError(what));
    const cancel = clock.schedule(timeoutMs, () => cutOff(new DeadlineError(what, timeoutMs)));
    const stopWaiting = (): void => {
      cancel();
      shutdown?.removeEventListener('abort', onShutdown);
    };
    shutdown?.addEventListener('abort', onShutdown);
    const settle =
      <Value>(how: (value: Value) => void) =>
      (value: Value): void => {
        stopWaiting();
        how(value);
      };
    // A plugin's method may also throw before it returns its promise, or return none.
    Promise.resolve()
      .then(() => call(controller.signal))
      .then(settle(resolve), settle(reject));
  });
}
