import type {
  DeadLetter,
  DeadLetterFilter,
  FailedTry,
  ForgetReceipt,
  LaneIdentity,
  LaneSize,
  LoadedDeadLetter,
  OutboxReport,
  ReplayReceipt,
} from '@dest/core';
import type { FaultText } from './outbox-fault';

/** What is the same for all threads of an outbox. */
export interface WorkerOptions {
  readonly path: string;
  readonly dedupeWindowMs: number;
  readonly ballastBytes: number;
}

/** What it takes to open the file. */
export interface StoreOptions extends WorkerOptions {
  /** It was open before in this process: what is noted as in flight is so, and not what an earlier process left. */
  readonly isAgain?: boolean;
}

/** What a thread does first: open the file, or save what can be read of a damaged one, with its first page mended or as it is. */
export interface WorkerStage {
  readonly stage: 'open' | 'salvage' | 'mend';
  /** What the stages before found. */
  readonly warnings: readonly string[];
  readonly lost: number;
}

/** What a thread is started with. */
export type WorkerStart = StoreOptions & WorkerStage & { readonly brake: SharedArrayBuffer };

/** Bits of a copy in `AppendRun.flags`. */
export const COPY_IS_PROFILE = 1;
export const COPY_COALESCES = 2;
export const COPY_DROPS_OLDEST = 4;

/** Appends that came one after another. Parallel lists of plain values: that is what passes between threads cheaply. */
export interface AppendRun {
  readonly type: 'append';
  /** One for each append. */
  readonly ids: string[];
  readonly acceptedAt: number[];
  readonly now: number[];
  /** How many bytes the JSON of each envelope has. */
  readonly lengths: number[];
  /** How many copies each has. */
  readonly copies: number[];
  /** The JSON texts, one behind the other. */
  readonly texts: Uint8Array;
  /** One for each copy: number of the lane as the sender knows it. */
  readonly lanes: number[];
  readonly flags: number[];
  readonly maxBytes: number[];
  readonly keys: (string | null)[];
  /** JSON. */
  readonly changes: (string | null)[];
}

export const DELIVERED = 0;
export const RETRIED = 1;
export const FAILED = 2;
/** Is added where it is a replay. */
export const IS_REPLAY = 4;

/** What is to be noted of a try that did not deliver. */
export interface SettleDetail {
  readonly attempts: number;
  readonly dueAt: number;
  readonly tries: number;
  readonly settledAt: number;
  readonly failure: string;
  readonly lastTry?: Omit<FailedTry, 'at'>;
  readonly pluginVersion?: string;
}

/** Settlements that came one after another. */
export interface SettleRun {
  readonly type: 'settle';
  readonly lanes: number[];
  readonly flags: number[];
  readonly sequences: number[];
  readonly ids: number[];
  readonly envelopes: number[];
  readonly bytes: number[];
  /** For those that were not delivered, in order. */
  readonly details: SettleDetail[];
}

export type Operation =
  | AppendRun
  | SettleRun
  | {
      readonly type: 'read';
      readonly lane: LaneIdentity;
      readonly which: 'all' | 'untried' | 'retries' | 'replays';
      readonly after: number;
      readonly limit: number;
    }
  | { readonly type: 'load'; readonly envelopes: readonly number[] }
  | { readonly type: 'size'; readonly lane: LaneIdentity }
  | { readonly type: 'lanes' }
  | { readonly type: 'moveLane'; readonly from: LaneIdentity; readonly to: LaneIdentity }
  | { readonly type: 'dropLane'; readonly lane: LaneIdentity }
  | {
      readonly type: 'deadLetters';
      readonly filter: DeadLetterFilter;
      readonly after: number;
      readonly limit: number;
    }
  | { readonly type: 'countDeadLetters'; readonly filter: DeadLetterFilter }
  | { readonly type: 'deadLetter'; readonly id: number }
  | { readonly type: 'dropDeadLetters'; readonly filter: DeadLetterFilter }
  | {
      readonly type: 'replayDeadLetters';
      readonly filter: DeadLetterFilter;
      readonly lanes: readonly LaneIdentity[];
      readonly now: number;
    }
  | { readonly type: 'forget'; readonly profileId: string }
  | { readonly type: 'countQuarantined' };

/** What an append did that is more than keeping all copies. */
export interface AppendDetail {
  readonly duplicate: boolean;
  /** Indexes of the copies that were kept, and the sequence of each. */
  readonly kept: readonly { readonly copy: number; readonly id: number }[];
  readonly refused: readonly number[];
  readonly dropped: readonly {
    readonly copy: number;
    readonly id: number;
    readonly sequence: number;
    readonly envelope: number;
  }[];
  readonly coalesced: readonly { readonly copy: number; readonly row: DeliveryFields; readonly replaced: number }[];
  /** The number of the envelope. */
  readonly envelope: number;
  readonly sequence: number;
}

export interface AppendRunResult {
  /** For each append: the sequence of its first copy; -1 where `details` says what happened, in order. */
  readonly sequences: number[];
  readonly details: AppendDetail[];
}

/**
 * A delivery as it passes between threads: id, sequence, envelope, kind, key, changes, waitingSince, attempts, tries, dueAt,
 * scheduledAt, bytes, crashes.
 */
export type DeliveryFields = readonly (number | string | null)[];

/** What comes back for envelopes, in order. The texts are in one buffer: many small ones scatter the memory of two threads. */
export interface LoadedEnvelopes {
  readonly ids: string[];
  readonly acceptedAt: number[];
  /** Of each text, in bytes; -1 for an envelope that is no longer there or damaged, which has no place in the other lists. */
  readonly lengths: readonly number[];
  readonly texts: Uint8Array;
}

/** What an operation results in, by its type. */
export interface OperationResults {
  readonly append: AppendRunResult;
  readonly settle: undefined;
  readonly read: readonly DeliveryFields[];
  readonly load: LoadedEnvelopes;
  readonly size: LaneSize;
  readonly lanes: readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[];
  readonly moveLane: number;
  readonly dropLane: number;
  readonly deadLetters: readonly DeadLetter[];
  readonly countDeadLetters: number;
  readonly deadLetter: LoadedDeadLetter | undefined;
  readonly dropDeadLetters: number;
  readonly replayDeadLetters: ReplayReceipt;
  readonly forget: ForgetReceipt & { readonly gone: readonly number[] };
  readonly countQuarantined: number;
}

/** All that is to be done in one transaction. */
export interface GroupRequest {
  readonly type: 'group';
  /** Lanes that are numbered from now on, in order. */
  readonly lanes: readonly LaneIdentity[];
  readonly operations: readonly Operation[];
}

export type Request = GroupRequest | { readonly type: 'close' };

/** Fulfilled, failed, or told later by a message of its own. */
export type Outcome = { readonly result: unknown } | { readonly fault: FaultText } | { readonly later: number };

/** Something that an operator should know. */
export interface Notice {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Reply =
  | { readonly type: 'opened'; readonly report: OutboxReport }
  | { readonly type: 'failed'; readonly fault: FaultText }
  /** With how long the commit took, in milliseconds. */
  | { readonly type: 'group'; readonly outcomes: readonly Outcome[]; readonly commitMs: number }
  | { readonly type: 'later'; readonly ticket: number; readonly outcome: Outcome }
  | { readonly type: 'notice'; readonly notice: Notice }
  /** The thread ends, and another one is to go on with that stage; what is under way was not done. */
  | { readonly type: 'restart'; readonly next: WorkerStage }
  | { readonly type: 'closed' };
