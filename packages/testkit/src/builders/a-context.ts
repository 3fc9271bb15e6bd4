import { noopLogger, type BatchContext, type DispatchContext, type LifecycleContext } from '@dest/core';

/** What comes with a call of any kind. */
export type AnyContext = DispatchContext & BatchContext & LifecycleContext;

/**
 * What a host hands to `dispatchEvent`, `dispatchProfile`, `dispatchBatch`, `open`, `check` and `forgetProfile`: a first try
 * with a signal that is never aborted. `rest` is put over it.
 */
export function aContext(rest: Partial<AnyContext> = {}): AnyContext {
  return {
    signal: new AbortController().signal,
    attempt: 1,
    possiblyDelivered: false,
    idempotencyKey: 'event-1:destination-1',
    logger: noopLogger,
    now: () => NOW,
    ...rest,
  };
}

/** 2030-01-01, as `VirtualClock` starts. */
const NOW = Date.UTC(2030, 0, 1);
