import type { Outbox } from '@dest/core';
import type { VirtualClock } from '../virtual-clock';

export interface CreateOutboxOptions {
  /** How long an envelope's id is remembered, in milliseconds. */
  readonly dedupeWindowMs: number;
}

/** Makes outboxes of the implementation that is tested. */
export interface OutboxKit {
  /** What the outboxes take the time from. Cases let it go on; they may run one after another on the same clock. */
  readonly clock: VirtualClock;
  /** An outbox at a fresh place, opened. Default of `dedupeWindowMs`: a day. */
  create(options?: CreateOutboxOptions): Promise<Outbox>;
  /** Closes an outbox of `create`, and gives one with the same options at the same place, opened. Only what is durable has it. */
  reopen?(outbox: Outbox): Promise<Outbox>;
}

/** A kit of an implementation that outlives its process. */
export type DurableOutboxKit = Required<OutboxKit>;
