import { PermanentError, failureOf, type Failure, type StoredDelivery } from '@dest/core';

/** In flight at this many crashes in a row, a delivery is taken for their cause. */
export const MAX_CRASHES = 3;

/** Why a delivery is not tried any more that the process seems to crash by. */
export function crashed({ crashes }: StoredDelivery): Failure {
  const message =
    `It was in flight at ${crashes} crashes of the process in a row, and is taken for their cause. ` +
    'Look at the plugin that delivers it, then replay it.';
  return failureOf(new PermanentError(message, { code: 'CRASHED_HOST' }));
}

/** Why a delivery can't be tried any more whose envelope can't be read. */
export function damaged({ envelope }: StoredDelivery): Failure {
  const message = `Its envelope (${envelope}) in the outbox is damaged or gone. Send the event again from where it came.`;
  return failureOf(new PermanentError(message, { code: 'RECORD_DAMAGED' }));
}
