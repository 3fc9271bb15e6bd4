import { TransientError } from '@dest/core';

/** The producer was closed while, or before, something was sent. */
export function closedError(where: string): TransientError {
  return new TransientError(`The producer for ${where} is closed.`, { code: 'PULSAR_CLOSED', scope: 'destination' });
}
