/** What the other side can be told to answer, by a protocol's own means. It holds for what comes from then on, until `mend` or another one. */
export interface OtherSideFaults {
  /** Answers that there are too many requests, and to come again after so many milliseconds (whole seconds). */
  limitRate?(retryAfterMs: number): void;
  /** Answers that it can't serve anybody for now. */
  beUnavailable?(): void;
  /** Refuses whoever comes: the credentials are wrong. */
  refuseCredentials?(): void;
  /** Refuses for good what holds this text, and takes the rest. */
  refuseItems?(text: string): void;
  /** Refuses for now what holds this text, by that item's own fault, and takes the rest. */
  postponeItems?(text: string): void;
  /** Fails, and says in its answer all that it was sent, credentials included. */
  echo?(): void;
  /** Answers as at first. */
  mend(): void;
}

/** What a destination talks to while a case runs: a fake server, a real one, a folder. */
export interface OtherSide {
  /** Where it listens. The kit puts a fault proxy in front of it. Absent for what is no server. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly faults?: OtherSideFaults;
  /** Ends it, and removes what it left. */
  stop(): Promise<void>;
}

/** One delivery as it arrived at the other side. */
export interface Arrival {
  /** The payload, equal to the data that was dispatched. */
  readonly data: unknown;
  /** What the destination handed on for de-duplication. */
  readonly idempotencyKey?: string | undefined;
}
