import type { Failure } from '../errors/failure';
import type { Envelope } from '../model/envelope';

/** An accepted envelope, as it is kept. */
export interface AcceptedEnvelope {
  readonly id: string;
  /** Plain JSON. */
  readonly envelope: Envelope;
  /** Milliseconds since the epoch; conditions and mappings take their `now` from it, also on a retry. */
  readonly acceptedAt: number;
  /** JSON text of `envelope`, where it is at hand: who writes one needn't make it. */
  readonly json?: string;
}

/**
 * Whose deliveries a lane has. They are delivered only by a destination of which all of it is the same: what waits for
 * test credentials never goes out with those of production, nor to another kind of destination.
 */
export interface LaneIdentity {
  readonly destination: string;
  /** The package that the destination named when the envelope was accepted. */
  readonly package: string;
  readonly debug: boolean;
  /** Which of the destinations that had this id: its operator counts it up where what waits is not for the next one. */
  readonly generation: number;
}

/** A lane's limits at the time of an append. */
export interface LaneLimit {
  readonly maxBytes: number;
  readonly whenFull: 'reject' | 'drop-oldest';
}

/** One copy to make: an envelope for one destination. */
export interface NewDelivery {
  readonly lane: LaneIdentity;
  readonly limit: LaneLimit;
  readonly kind: 'event' | 'profile';
  /** What orders it among others of its lane. */
  readonly key?: string;
  readonly changes?: readonly string[];
  /**
   * True: a profile replaces the one that waits in the lane under the same key, and takes over its place. Its `changes` are
   * those of both then, absent where they are for one. Has no effect without a key, nor for events: none is replaced, and
   * none replaces anything.
   */
  readonly coalesce?: boolean;
}

/** A copy that waits. Its envelope is loaded when it is needed, so that many can be held in memory. */
export interface StoredDelivery {
  readonly lane: LaneIdentity;
  /** Unique in the outbox; the same until it is settled. */
  readonly id: string;
  /** Rises with the order of acceptance within a lane. */
  readonly sequence: number;
  /** Which envelope. Another one after it was coalesced with a later one. */
  readonly envelope: number;
  readonly kind: 'event' | 'profile';
  readonly key?: string;
  readonly changes?: readonly string[];
  /** When the envelope was accepted; for a replay, when that was asked for. Milliseconds since the epoch. */
  readonly waitingSince: number;
  /** Tries that failed by the item's own fault. */
  readonly attempts: number;
  /** Tries of any kind that were started. */
  readonly tries: number;
  /** Not before this time, in milliseconds since the epoch; 0 where it is due since it came. */
  readonly dueAt: number;
  /** When `dueAt` was decided: tells a clock that was set from a long wait. Milliseconds since the epoch; 0 with a `dueAt` of 0. */
  readonly scheduledAt: number;
  /** Size that counts against the lane's `maxBytes`. */
  readonly bytes: number;
  /** True where it was a dead letter: it goes behind what is not. */
  readonly replay: boolean;
  /** At how many crashes in a row, the last one included, it was in flight. */
  readonly crashes: number;
}

/** A delivery together with its envelope. */
export interface LoadedDelivery extends StoredDelivery {
  readonly accepted: AcceptedEnvelope;
}

/** What became of a try. */
export type DeliveryOutcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'retry'; readonly dueAt: number; readonly attempts: number; readonly failure: Failure }
  /** It becomes a dead letter. */
  | {
      readonly status: 'failed';
      readonly failure: Failure;
      /** What the try itself failed with, where the failure is that it is given up: that is in the history. */
      readonly lastTry?: Omit<FailedTry, 'at'>;
    };

/** What became of a try of one delivery. */
export interface Settlement {
  /** As it was read, but for `tries`, which counts this try in where there was one. */
  readonly delivery: StoredDelivery;
  readonly outcome: DeliveryOutcome;
  /** When that was, in milliseconds since the epoch. */
  readonly settledAt: number;
  /** Version of the plugin that was called, for dead letters. */
  readonly pluginVersion?: string;
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
  /** Waiting deliveries that the new one took the place of, as they are now: with the changes of both. */
  readonly coalesced: readonly StoredDelivery[];
}

/** What a lane holds, replays included. */
export interface LaneSize {
  readonly waiting: number;
  readonly bytes: number;
  /** When the oldest was accepted, in milliseconds since the epoch. */
  readonly oldest?: number;
}

/** Where to go on reading a lane, and what. */
export interface ReadOptions {
  /** Only what has a sequence above this one. */
  readonly after: number;
  readonly limit: number;
  /** `all`: whatever waits. `untried`: only what has no time before which it is not due. Never replays. */
  readonly which: 'all' | 'untried';
}

/** One failed try, as a dead letter keeps it. */
export interface FailedTry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: string;
  readonly message: string;
}

/** A delivery that failed for good, without its envelope. */
export interface DeadLetter {
  readonly id: string;
  readonly lane: LaneIdentity;
  readonly envelopeId: string;
  readonly kind: 'event' | 'profile';
  readonly key?: string;
  readonly changes?: readonly string[];
  readonly acceptedAt: number;
  readonly failedAt: number;
  readonly failure: Failure;
  /** The last tries, oldest first; at most 20 are kept. */
  readonly history: readonly FailedTry[];
  /** Tries of any kind. */
  readonly tries: number;
  readonly pluginVersion?: string;
  readonly bytes: number;
}

/** A dead letter with its envelope; without where the stored one is damaged. */
export interface LoadedDeadLetter extends DeadLetter {
  readonly envelope?: Envelope;
}

/** Which dead letters. All that is given must hold. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  readonly destination?: string;
  /** That of the failure or of one of its causes. */
  readonly code?: string;
  /** Failed at this time or later, in milliseconds since the epoch. */
  readonly failedFrom?: number;
  /** Failed before this time, in milliseconds since the epoch. */
  readonly failedBefore?: number;
}

/** What a request to replay did. */
export interface ReplayReceipt {
  /** How many will be delivered again. */
  readonly replayed: number;
  /** How many stay dead letters, since no lane that was given is theirs. */
  readonly unfitting: number;
}

/** What was removed of a person. */
export interface ForgetReceipt {
  readonly deliveries: readonly { readonly id: string; readonly destination: string }[];
  readonly deadLetters: number;
  readonly envelopes: number;
  /** Damaged records that were set aside and held something of the person. */
  readonly quarantined: number;
  /** Files beside the outbox that can't be searched and may hold something of the person: to be looked at by hand. */
  readonly unsearched: readonly string[];
}

/** What opening found. */
export interface OutboxReport {
  /** Records that were damaged and are set aside. */
  readonly quarantined: number;
  /** A sentence for each thing that an operator should know. */
  readonly warnings: readonly string[];
  /** True where replays that were asked for before are still being made. */
  readonly replaying?: boolean;
}

/** Is told of what happens to deliveries, by an outbox that several processes share. Must not throw. */
export interface OutboxListener {
  /** Deliveries wait here that did not before: from an append, here or elsewhere, or from a process that has left. */
  arrived(deliveries: readonly StoredDelivery[]): void;
  /** A waiting delivery has another envelope: it was coalesced with a later one. */
  replaced(delivery: StoredDelivery): void;
  /** Deliveries had to go to make room. */
  dropped(deliveries: readonly { readonly id: string; readonly destination: string }[]): void;
  /** Deliveries don't wait here any more: another process has them, or what asked to remove them did so elsewhere. */
  removed(deliveries: readonly { readonly id: string; readonly destination: string }[]): void;
}

/**
 * Keeps accepted envelopes and their deliveries, lanes of them, until they are settled; and dead letters until they are
 * replayed or dropped. What an append resolved for is never lost by a durable implementation; the one in memory keeps it as
 * long as the process lives. Calls may be made side by side; what was called earlier takes effect earlier.
 */
export interface Outbox {
  /** @throws what keeps it from being used: in use by another process, written by a newer version, no right to write */
  open(): Promise<OutboxReport>;
  /**
   * Keeps an envelope and its deliveries, all or nothing but for lanes that are full. Sent again, an envelope of which
   * copies were refused is no duplicate for the lanes that refused it.
   *
   * @throws TransientError `OUTBOX_DISK_FULL` where there is no room; nothing is kept then
   */
  append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt>;
  /** Waiting deliveries of a lane, ascending by sequence. */
  read(lane: LaneIdentity, options: ReadOptions): Promise<readonly StoredDelivery[]>;
  /** What waits for a retry, ascending by `dueAt`, then by sequence; never replays. */
  readRetries(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]>;
  /** Replays, ascending by `dueAt`, then by sequence. */
  readReplays(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]>;
  /** Their envelopes, in order; undefined where one is no longer there or damaged. */
  load(deliveries: readonly StoredDelivery[]): Promise<readonly (AcceptedEnvelope | undefined)[]>;
  /**
   * Says that these are about to be delivered, so that it is known after a crash: what was in flight then counts as tried, and
   * has `crashes`. What still is when the outbox is closed counts as tried alone. Returns when the note survives the end of
   * the process (not of the machine).
   */
  started(deliveries: readonly StoredDelivery[]): void;
  /**
   * Notes what became of tries. Settling what is no longer there does nothing; nor does it where the delivery was
   * coalesced since: then the later envelope waits on.
   */
  settle(settlements: readonly Settlement[]): Promise<void>;
  size(lane: LaneIdentity): Promise<LaneSize>;
  /** Every lane that holds something. */
  lanes(): Promise<readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[]>;
  /** Puts all that waits in a lane at the end of another. Returns how many. */
  moveLane(from: LaneIdentity, to: LaneIdentity): Promise<number>;
  /** Removes all that waits in a lane. Returns how many. */
  dropLane(lane: LaneIdentity): Promise<number>;
  /** Dead letters, ascending by id, with one above `after`; at most `limit`. */
  deadLetters(
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]>;
  countDeadLetters(filter: DeadLetterFilter): Promise<number>;
  deadLetter(id: string): Promise<LoadedDeadLetter | undefined>;
  dropDeadLetters(filter: DeadLetterFilter): Promise<number>;
  /**
   * Makes replays of dead letters, in the lane among `lanes` that has their destination and debug. Resolves when the request
   * survives the end of the process; it may take effect by and by.
   */
  replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt>;
  /**
   * Removes every envelope of a person, with its deliveries and dead letters, from the medium itself.
   *
   * @throws PermanentError `PROFILE_ID_MISSING`
   */
  forget(profileId: string): Promise<ForgetReceipt>;
  /** How many damaged records are set aside, since ever; absent where none can be. */
  countQuarantined?(): Promise<number>;
  /**
   * Says that the process is about to end without a `close`, on purpose, at once: what is in flight counts as tried then, and
   * not as what the process crashed of. Synchronous.
   */
  ending?(): void;
  /**
   * Asks to be told of what happens to deliveries. An outbox that several processes share has it: what one of them appends
   * may be for another to deliver, so the receipt of an append wakes no lane then, but the listener does. Called once, after
   * `open`.
   */
  watch?(listener: OutboxListener): void;
  close(): Promise<void>;
}
