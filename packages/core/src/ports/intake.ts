/** What an intake hands in. */
export interface IntakeMessage {
  /** An envelope; validated by the host. */
  readonly envelope: unknown;
  /** What the intake knows it by, such as the broker's message id: the envelope's id where it has none of its own. */
  readonly fallbackId?: string;
  /** The source of an envelope whose event names none. */
  readonly source?: string;
}

/**
 * Hands a message to the host. Resolves when the outbox has it: only then may the intake acknowledge it to its own side.
 * Rejects with a PermanentError where the message can never be taken, so that it belongs aside, and with a TransientError
 * where it should be handed in again later.
 */
export type Accept = (message: IntakeMessage) => Promise<{ readonly id: string; readonly duplicate: boolean }>;

/** Where envelopes come from: a subscription, a queue, a server. */
export interface Intake {
  /** Begins to hand in what comes. Called once; a rejection keeps the host from starting. */
  start(accept: Accept): Promise<void>;
  /** Hands nothing more in once it resolves. Safe without `start`, and safe twice. */
  close(): Promise<void>;
}
