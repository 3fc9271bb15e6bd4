import type { OutboxTrial } from '../outbox-trial';
import type { ModelEnvelope, ModelState } from './model-state';
import type { Random } from './random';

/** What operations are chosen with. */
export interface ModelRun {
  readonly trial: OutboxTrial;
  readonly state: ModelState;
  readonly random: Random;
  /** What an envelope of each size counts against a limit. */
  readonly bytes: readonly number[];
  /** Ids of deliveries that are settled in the same burst: each is tried once at a time. */
  readonly settling: Set<string>;
  /** Envelopes that were there when the burst began, or came with it. */
  readonly recent: Set<ModelEnvelope>;
  count: number;
}

/** One call, and what it does to the model. */
export interface Operation {
  /** For the message of a failing run. */
  readonly what: string;
  /** Makes the call at once. The function that it resolves with does the same to the model, and compares what the call said. */
  call(): Promise<() => void>;
}
