import type { FailedTry, Settlement, StoredDelivery } from '../ports/outbox';

/** How many of its tries a dead letter keeps. */
const MAX_TRIES_KEPT = 20;

/**
 * The tries of a delivery after a settlement. What failed without having been tried, such as what waited too long, is none.
 *
 * @param stored - the delivery as it was before the try
 */
export function withFailedTry(
  history: readonly FailedTry[],
  stored: StoredDelivery,
  { delivery, outcome, settledAt }: Settlement,
): readonly FailedTry[] {
  if (outcome.status === 'delivered' || delivery.tries <= stored.tries) return history;
  const { code, message } = (outcome.status === 'failed' ? outcome.lastTry : undefined) ?? outcome.failure;
  return [...history, { at: settledAt, code, message }].slice(-MAX_TRIES_KEPT);
}
