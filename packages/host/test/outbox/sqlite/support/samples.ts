import { createRequire } from 'node:module';
import type {
  AcceptedEnvelope,
  Envelope,
  Failure,
  LaneIdentity,
  NewDelivery,
  Settlement,
  StoredDelivery,
} from '@dest/core';

interface Samples {
  laneOf(destination: string): LaneIdentity;
  copyFor(lane: LaneIdentity, rest?: Partial<NewDelivery>): NewDelivery;
  envelopeOf(id: string, profileId?: string): Envelope;
  accepted(id: string, profileId?: string): AcceptedEnvelope;
}

export const { laneOf, copyFor, envelopeOf, accepted } = createRequire(__filename)(
  './outbox-child-samples.cjs',
) as Samples;

export const failure: Failure = { retry: 'transient', scope: 'item', code: 'BUSY', message: 'It is busy.' };

/** A settlement after one more try. */
export function settled(delivery: StoredDelivery, outcome: Settlement['outcome']): Settlement {
  return { delivery: { ...delivery, tries: delivery.tries + 1 }, outcome, settledAt: 1 };
}

export function delivered(delivery: StoredDelivery): Settlement {
  return settled(delivery, { status: 'delivered' });
}

export function failed(delivery: StoredDelivery): Settlement {
  return settled(delivery, { status: 'failed', failure });
}

export function retried(delivery: StoredDelivery, dueAt: number): Settlement {
  return settled(delivery, { status: 'retry', dueAt, attempts: delivery.attempts + 1, failure });
}
