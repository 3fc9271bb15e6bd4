import type { Failure } from '../errors/failure';
import type { Envelope } from '../model/envelope';

/** An accepted envelope, as it is kept. */
export interface AcceptedEnvelope {
  readonly id: string;
  /** Plain JSON. */
  readonly envelope: Envelope;
  /** Milliseconds since the epoch; conditions and mappings take their `now` from it, also on a retry. */
  readonly acceptedAt: number;
}

/** One copy to make: an envelope for one destination. */
export interface NewDelivery {
  readonly destination: string;
  /** The package that the destination named when the envelope was accepted. */
  readonly package: string;
  readonly debug: boolean;
  readonly kind: 'event' | 'profile';
  /** What orders it among others of its destination. */
  readonly key?: string;
  readonly changes?: readonly string[];
}

/** A copy that waits. */
export interface StoredDelivery extends NewDelivery {
  readonly id: string;
  /** Rises with the order of acceptance within a lane. */
  readonly sequence: number;
  readonly accepted: AcceptedEnvelope;
  /** Tries that failed by the item's own fault. */
  readonly attempts: number;
  /** Tries of any kind that were started. */
  readonly tries: number;
  /** Not before this time, in milliseconds since the epoch. */
  readonly dueAt: number;
  /** Size that counts against the lane's `maxBytes`. */
  readonly bytes: number;
}

/** What became of a try. */
export type DeliveryOutcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'retry'; readonly dueAt: number; readonly attempts: number; readonly failure: Failure }
  | { readonly status: 'failed'; readonly failure: Failure };

/** What became of a try of one delivery. */
export interface Settlement {
  readonly delivery: StoredDelivery;
  readonly outcome: DeliveryOutcome;
}

/** A lane's limits at the time of an append. */
export interface LaneLimit {
  readonly maxBytes: number;
  readonly whenFull: 'reject' | 'drop-oldest';
}

/** What an append did. */
export interface AppendReceipt {
  /** True where the id was accepted before, within the window: nothing was appended. */
  readonly duplicate: boolean;
  readonly deliveries: readonly { readonly id: string; readonly destination: string }[];
  /** Destinations whose lane is full. */
  readonly refused: readonly { readonly destination: string; readonly reason: 'lane-full' }[];
  /** Deliveries that had to go to make room, by destination. */
  readonly dropped: readonly { readonly id: string; readonly destination: string }[];
}

/** What a lane holds. */
export interface LaneSize {
  readonly waiting: number;
  readonly bytes: number;
  /** When the oldest was accepted, in milliseconds since the epoch. */
  readonly oldest?: number;
}

/**
 * Keeps accepted envelopes and their deliveries, a lane per destination, until they are settled. What an append resolved
 * for is never lost by a durable implementation; the one in memory keeps it as long as the process lives.
 */
export interface Outbox {
  open(): Promise<void>;
  /** Keeps an envelope and its deliveries, all or nothing but for lanes that are full. */
  append(
    accepted: AcceptedEnvelope,
    deliveries: readonly NewDelivery[],
    limitOf: (destination: string) => LaneLimit,
  ): Promise<AppendReceipt>;
  /** Waiting deliveries of a lane in order of acceptance, at most `limit`, with a sequence above `after`. */
  read(destination: string, limit: number, after: number): Promise<readonly StoredDelivery[]>;
  /** Notes what became of tries. Settling what is no longer there does nothing. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  size(destination: string): Promise<LaneSize>;
  close(): Promise<void>;
}
