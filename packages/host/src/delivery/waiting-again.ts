import type { Settlement, StoredDelivery } from '@dest/core';

/**
 * How a delivery waits on for its retry, in a place of its lane; undefined where it is done with. The process is still there:
 * whatever crashed it was not this one.
 */
export function waitingAgain({ delivery, outcome }: Settlement, sequence: number): StoredDelivery | undefined {
  if (outcome.status !== 'retry') return undefined;
  const { attempts, dueAt } = outcome;
  return { ...delivery, sequence, attempts, dueAt, crashes: 0 };
}
