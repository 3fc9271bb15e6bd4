import type { FailedTry, LaneIdentity } from '@dest/core';

/** What a try left that failed. */
export interface TriedNote {
  readonly id: string;
  /** The number of the envelope that was tried: one that was coalesced since is not what failed. */
  readonly envelope: number;
  /** When it was written first: of two notes the later one holds. */
  readonly number: number;
  readonly attempts: number;
  readonly tries: number;
  readonly dueAt: number;
  readonly scheduledAt: number;
  readonly history: readonly FailedTry[];
}

/** Where a host has parked deliveries of a key: what comes later has to go behind them. */
export interface ParkedKey {
  readonly destination: string;
  readonly key: string;
  /** The number of the last record that was parked. */
  readonly until: number;
}

/** What all hosts have to know and messages can't tell. Numbers are those of `Numbers`. */
export type JournalEntry =
  /** A host is there, reads what is for these destinations, or has left. */
  | {
      readonly kind: 'host';
      readonly run: string;
      readonly at: number;
      readonly number: number;
      /** The highest version of records that it can read: who would write a newer one has to wait until all can. */
      readonly version: number;
      readonly reads: readonly string[];
      readonly left?: true;
    }
  /** A subscription exists. */
  | { readonly kind: 'destination'; readonly destination: string }
  /** Fingerprints of ids that were accepted, when, and which destinations are owed a copy. */
  | { readonly kind: 'ids'; readonly ids: readonly AcceptedId[] }
  | { readonly kind: 'tried'; readonly notes: readonly TriedNote[] }
  /** Deliveries that may have been tried before are about to be. */
  | { readonly kind: 'started'; readonly run: string; readonly started: readonly StartedTry[] }
  /** Notes on these are of no use any more. */
  | { readonly kind: 'settled'; readonly ids: readonly string[] }
  /** What a lane had up to a number is gone. */
  | { readonly kind: 'lane-dropped'; readonly lane: LaneIdentity; readonly before: number }
  /** What was accepted up to a number of a person is gone; the person by fingerprint. */
  | { readonly kind: 'person-forgotten'; readonly person: string; readonly before: number }
  | ({ readonly kind: 'parked' } & ParkedKey)
  /** No deliveries of the key are parked, up to that number. */
  | ({ readonly kind: 'released' } & ParkedKey);

export interface StartedTry {
  readonly id: string;
  /** Which try it is, as far as is known. */
  readonly tries: number;
}

export interface AcceptedId {
  readonly id: string;
  readonly at: number;
  readonly owed?: readonly string[];
}
