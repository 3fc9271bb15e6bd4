/**
 * How an intake is. `failed`: nothing comes in at the moment, and `failure` says why. `disabled`: it, or its resource, is
 * switched off.
 */
export type IntakeState = 'starting' | 'running' | 'failed' | 'disabled' | 'closed';

/** One configured intake, and what it took in since the host, or the intake as it is configured now, was started. */
export interface IntakeStatus {
  readonly id: string;
  readonly package: string;
  readonly state: IntakeState;
  readonly failure?: { readonly code: string; readonly message: string };
  /** Envelopes that are in the outbox with all of their copies, duplicates not counted. */
  readonly accepted: number;
  readonly duplicates: number;
  /** Messages that can never be taken in. */
  readonly refused: number;
}
