import type { AcceptedEnvelope, Envelope, Failure, LaneIdentity, LaneLimit, NewDelivery } from '@dest/core';

/** A lane that differs from that of other samples in its destination. */
export function laneOf(destination: string, rest: Partial<LaneIdentity> = {}): LaneIdentity {
  return { destination, package: '@acme/ledger', debug: false, generation: 1, ...rest };
}

/** Room for everything. */
export const ROOMY: LaneLimit = { maxBytes: 1_073_741_824, whenFull: 'reject' };

/** A copy for a lane that has room for it. */
export function copyFor(lane: LaneIdentity, rest: Partial<NewDelivery> = {}): NewDelivery {
  return { lane, limit: ROOMY, kind: 'event', ...rest };
}

/** An envelope with an event of that id, and of the same size for ids of the same length. */
export function envelopeOf(id: string): Envelope {
  return { id, event: { id, type: 'order-created', properties: { total: 120 } } };
}

export function acceptedOf(id: string, acceptedAt: number, envelope: Envelope = envelopeOf(id)): AcceptedEnvelope {
  return { id, envelope, acceptedAt };
}

export function failureOfCode(code: string, rest: Partial<Failure> = {}): Failure {
  return { retry: 'transient', scope: 'item', code, message: `It failed with ${code}.`, ...rest };
}
