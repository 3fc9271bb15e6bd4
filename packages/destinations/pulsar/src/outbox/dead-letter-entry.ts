import type { DeadLetter, Envelope } from '@dest/core';

/** What of a dead letter is held in memory by every host. */
export interface IndexedLetter extends DeadLetter {
  /** The delivery that it was. */
  readonly delivery: string;
  /** The number of its envelope. */
  readonly envelopeNumber: number;
  /** Whom its envelope is about, by fingerprint. */
  readonly persons: readonly string[];
}

/** What the topic of dead letters holds. */
export type DeadLetterEntry =
  | {
      readonly kind: 'letter';
      readonly letter: IndexedLetter;
      /** Absent where Pulsar takes no message that has both. */
      readonly envelope?: Envelope;
    }
  /** These were dropped or are replayed. */
  | { readonly kind: 'gone'; readonly ids: readonly string[] };
