import { TransientError } from '@dest/core';

/**
 * Waits no longer than `signal` allows, then rejects with TransientError PULSAR_DEADLINE.
 * @param discard is handed what comes too late: others may wait for the same, so it goes on
 */
export async function untilAborted<Value>(
  coming: Promise<Value>,
  signal: AbortSignal,
  discard: (late: Value) => Promise<void>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(
        new TransientError('Pulsar has not answered before the deadline.', {
          code: 'PULSAR_DEADLINE',
          scope: 'destination',
          cause: signal.reason,
        }),
      );
      void coming.then(discard).catch(() => undefined);
    };
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    void coming.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
