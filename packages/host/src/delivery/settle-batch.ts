import type { DeliveryOptions, DeliveryOutcome, Failure, FailureCause, Settlement, StoredDelivery } from '@dest/core';
import { backoffDelay } from './backoff';
import type { CallOutcome } from './call-destination';

/** How many causes a failure has at most. */
const MAX_CAUSES = 5;

/** What most deliveries come to. */
const DELIVERED: DeliveryOutcome = Object.freeze({ status: 'delivered' });

export interface SettleOptions {
  readonly retry: DeliveryOptions['retry'];
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** When the destination as a whole may be tried again, where it failed as a whole and is not paused. */
  readonly destinationDueAt: number;
}

/** Decides what becomes of each delivery of a batch. Pure but for `random`. */
export function settleBatch(
  batch: readonly StoredDelivery[],
  outcomes: readonly CallOutcome[],
  options: SettleOptions,
): readonly Settlement[] {
  return batch.map((delivery, index) => ({
    delivery,
    outcome: outcomeOf(delivery, outcomes[index], options),
    settledAt: options.now,
  }));
}

function outcomeOf(delivery: StoredDelivery, failure: CallOutcome, options: SettleOptions): DeliveryOutcome {
  if (failure === undefined) return DELIVERED;
  if (failure.retry === 'permanent') return { status: 'failed', failure };
  const { retry, now } = options;
  const { code, message } = failure;
  if (isExpired(delivery, retry, now)) {
    return { status: 'failed', failure: expired(retry.maxAgeMs, failure), lastTry: { code, message } };
  }
  // What is the destination's fault uses up the delivery's age, never its attempts.
  if (failure.scope === 'destination') {
    // Nothing is called while it is paused, so there is no time to wait for: after a restart it is tried at once, since what
    // was to be mended may be.
    if (failure.retry === 'configuration') return { status: 'retry', dueAt: now, attempts: delivery.attempts, failure };
    // What overran its deadline goes behind the others, so that they can show whether the destination works.
    const behind = failure.code === 'DEADLINE_EXCEEDED' ? retry.initialDelayMs : 0;
    return { status: 'retry', dueAt: options.destinationDueAt + behind, attempts: delivery.attempts, failure };
  }
  const attempts = delivery.attempts + 1;
  if (attempts >= retry.maxAttempts) {
    const why = `given up after ${attempts} attempts; the last failed with ${code}: ${message}`;
    const givenUp = { ...failure, code: 'ATTEMPTS_EXHAUSTED', message: why, causes: causesWith(failure) };
    return { status: 'failed', failure: givenUp, lastTry: { code, message } };
  }
  const dueAt = now + backoffDelay(attempts, retry, options.random(), failure.retryAfterMs);
  return { status: 'retry', dueAt, attempts, failure };
}

/** Whether a delivery has waited for longer than it may. */
export function isExpired(delivery: StoredDelivery, retry: DeliveryOptions['retry'], now: number): boolean {
  return now - delivery.waitingSince >= retry.maxAgeMs;
}

/** Why a delivery that waited too long is given up. */
export function expired(maxAgeMs: number, last: Failure | undefined): Failure {
  const why = last === undefined ? 'it was never tried' : `the last try failed with ${last.code}: ${last.message}`;
  const message = `given up, having waited for longer than ${maxAgeMs} ms; ${why}`;
  const causes = last === undefined ? {} : { causes: causesWith(last) };
  return { retry: 'permanent', scope: 'item', code: 'AGE_EXCEEDED', message, ...causes };
}

/** A failure as the cause of another one. */
function causesWith({ code, message, causes = [] }: Failure): readonly FailureCause[] {
  return [{ code, message }, ...causes].slice(0, MAX_CAUSES);
}
