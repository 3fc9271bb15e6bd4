import type { Envelope, FailedTry, LaneIdentity, LaneLimit, StoredDelivery } from '@dest/core';

/** The version of the records that this version writes, and reads; the one before is read as well once there is one. */
export const RECORD_VERSION = 1;

/** What is kept of a delivery that was moved, parked or is a replay, where a new one begins anew. */
export type CarriedState = Omit<StoredDelivery, 'lane' | 'kind' | 'key' | 'changes' | 'bytes' | 'crashes'> & {
  readonly history: readonly FailedTry[];
};

/** A delivery of an envelope, in the record of it. */
export interface RecordedCopy {
  readonly lane: LaneIdentity;
  readonly kind: 'event' | 'profile';
  readonly key?: string;
  readonly changes?: readonly string[];
  readonly coalesce?: true;
  /** Where the oldest has to go when the lane is full; absent where that was decided. */
  readonly limit?: LaneLimit;
  readonly carried?: CarriedState;
}

/** An envelope with its deliveries, as a message of the outbox's topic has it. */
export interface EnvelopeRecord {
  readonly v: typeof RECORD_VERSION;
  /** The host that wrote it. */
  readonly run: string;
  /** Rises from record to record of a host; copies have the numbers from it on as their sequences. */
  readonly number: number;
  /** What deliveries of the envelope have in common; made by chance, so that no two hosts give the same. */
  readonly envelopeNumber: number;
  readonly id: string;
  readonly acceptedAt: number;
  readonly envelope: Envelope;
  /** Size of the envelope as JSON. */
  readonly bytes: number;
  readonly copies: readonly RecordedCopy[];
  /** Destinations that refused their copy. */
  readonly owed?: readonly string[];
}

/** A record to be written, with its envelope as JSON text. */
export interface RecordToWrite extends Omit<EnvelopeRecord, 'envelope'> {
  readonly json: string;
}

/** Says that whatever was published before it has come, to the subscription of one destination. */
export interface MarkerRecord {
  readonly v: typeof RECORD_VERSION;
  readonly marker: string;
}

/** The name of a copy's delivery, the same wherever it is read. */
export function deliveryIdOf(
  { number, run, copies }: Pick<EnvelopeRecord, 'number' | 'run' | 'copies'>,
  index: number,
): string {
  return copies[index]?.carried?.id ?? `${numberText(number + index)}-${run}`;
}

/** Numbers as texts of one length, so that texts have the order of the numbers. */
export function numberText(number: number): string {
  return String(number).padStart(16, '0');
}

/** The number that the name of a delivery begins with. */
export function numberOf(deliveryId: string): number {
  return Number(deliveryId.slice(0, 16));
}
