import {
  noopLogger,
  type BatchContext,
  type BatchItem,
  type Data,
  type DispatchContext,
  type LifecycleContext,
} from '@dest/core';

/** A signal that is never aborted. */
export const NEVER = new AbortController().signal;

export function lifecycle(signal: AbortSignal = NEVER): LifecycleContext {
  return { signal, logger: noopLogger, now: () => 0 };
}

export function batchContext(signal: AbortSignal = NEVER): BatchContext {
  return { signal, logger: noopLogger, now: () => 0 };
}

export function dispatchContext(idempotencyKey: string, signal: AbortSignal = NEVER): DispatchContext {
  return { signal, attempt: 1, possiblyDelivered: false, idempotencyKey, logger: noopLogger, now: () => 0 };
}

export function batchItem(data: Data, idempotencyKey: string, key?: string): BatchItem {
  return {
    kind: 'event',
    data,
    json: JSON.stringify(data),
    attempt: 1,
    possiblyDelivered: false,
    idempotencyKey,
    ...(key === undefined ? {} : { key }),
  };
}
