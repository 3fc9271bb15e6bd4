import type { AcceptedEnvelope, DeadLetter, Settlement } from '../ports/outbox';
import type { HeldDelivery } from './memory-store';
import { withFailedTry } from './with-failed-try';

type RetrySettlement = Settlement & { readonly outcome: { readonly status: 'retry' } };
type FailedSettlement = Settlement & { readonly outcome: { readonly status: 'failed' } };

/** Whether it is tried again. */
export function isRetry(settlement: Settlement): settlement is RetrySettlement {
  return settlement.outcome.status === 'retry';
}

/** Whether it becomes a dead letter. */
export function isFailed(settlement: Settlement): settlement is FailedSettlement {
  return settlement.outcome.status === 'failed';
}

/** A delivery as it waits after a try that failed. */
export function afterRetry({ stored, history }: HeldDelivery, settlement: RetrySettlement): HeldDelivery {
  const { delivery, outcome, settledAt } = settlement;
  const { attempts, dueAt } = outcome;
  const scheduledAt = dueAt === 0 ? 0 : settledAt;
  return {
    stored: { ...stored, tries: delivery.tries, attempts, dueAt, scheduledAt, crashes: 0 },
    history: withFailedTry(history, stored, settlement),
  };
}

/** The dead letter that a delivery becomes. */
export function deadLetterOf(
  { stored, history }: HeldDelivery,
  settlement: FailedSettlement,
  accepted: Pick<AcceptedEnvelope, 'id' | 'acceptedAt'>,
): Omit<DeadLetter, 'id'> {
  const { lane, kind, key, changes, bytes } = stored;
  const { delivery, outcome, settledAt, pluginVersion } = settlement;
  return {
    lane,
    envelopeId: accepted.id,
    kind,
    ...(key === undefined ? {} : { key }),
    ...(changes === undefined ? {} : { changes }),
    acceptedAt: accepted.acceptedAt,
    failedAt: settledAt,
    failure: outcome.failure,
    history: withFailedTry(history, stored, settlement),
    tries: delivery.tries,
    ...(pluginVersion === undefined ? {} : { pluginVersion }),
    bytes,
  };
}
