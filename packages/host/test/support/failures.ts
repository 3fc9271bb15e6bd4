import type { Failure } from '@dest/core';

/** An item didn't work this time. */
export function itemFails(retryAfterMs?: number): Failure {
  return { retry: 'transient', scope: 'item', code: 'ODD', message: 'odd', ...asked(retryAfterMs) };
}

/** An item can never work. */
export function itemRefused(): Failure {
  return { retry: 'permanent', scope: 'item', code: 'NEVER', message: 'never' };
}

/** The destination is down. */
export function destinationFails(retryAfterMs?: number): Failure {
  return { retry: 'transient', scope: 'destination', code: 'DOWN', message: 'down', ...asked(retryAfterMs) };
}

/** The destination can't work as it is configured. */
export function notConfigured(): Failure {
  return { retry: 'configuration', scope: 'destination', code: 'REFUSED', message: 'no entry' };
}

function asked(retryAfterMs: number | undefined): { readonly retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}
