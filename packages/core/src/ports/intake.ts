import type { LifecycleContext } from '../contract/lifecycle-context';

/** What an intake hands in. */
export interface IntakeMessage {
  /** An envelope; validated by the host. */
  readonly envelope: unknown;
  /** What the intake knows it by, such as the broker's message id: the envelope's id where it has none of its own. */
  readonly fallbackId?: string;
  /** The source of an envelope whose event names none. */
  readonly source?: string;
}

/** What became of a message that was handed in. */
export interface IntakeReceipt {
  readonly id: string;
  /** True where the same id was accepted before, within the window: nothing was done. */
  readonly duplicate: boolean;
  /**
   * Destinations whose lane is full, so that their copy is not kept. Where there are some, the message should not be
   * acknowledged: handed in again later, it goes to them alone.
   */
  readonly owed: readonly string[];
}

/**
 * Hands a message to the host. Resolves when the outbox has it: only then, and with nothing owed, may the intake
 * acknowledge it to its own side. Rejects with a PermanentError where the message can never be taken, so that it belongs
 * aside, and with a TransientError where it should be handed in again later.
 */
export type Accept = (message: IntakeMessage) => Promise<IntakeReceipt>;

/** What comes with `start`. Its `signal` is aborted when the deadline of `start` has passed, or the host gives it up. */
export interface IntakeContext extends LifecycleContext {
  /**
   * Says that nothing can come in at the moment, and why; with `undefined`, that it can again. For what happens after
   * `start`, which the intake mends by itself: the host tells it to the operator.
   */
  report(problem: unknown): void;
}

/** Where envelopes come from: a subscription, a queue, a server. */
export interface Intake {
  /** Begins to hand in what comes, and returns. Called once. */
  start(accept: Accept, context: IntakeContext): Promise<void>;
  /** Hands nothing more in once it resolves. Safe without `start`, and safe twice. */
  close(): Promise<void>;
}
