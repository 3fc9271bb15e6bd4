import { messageOf, TransientError } from '@dest/core';

/**
 * A caller's time is over before Pulsar confirmed.
 * @param where address and topic, for the message
 * @param failure what is known to be wrong meanwhile
 */
export function deadlineError(where: string, failure: unknown, cause?: unknown): TransientError {
  const because = failure === undefined ? '' : ` The last failure was: ${messageOf(failure)}`;
  return new TransientError(`${where} has not confirmed the message before the deadline.${because}`, {
    code: 'PULSAR_DEADLINE',
    scope: 'destination',
    cause,
  });
}
