import type { Logger } from '../ports/logger';

/** What comes with one delivery. Everything added to the contract later is added here, so that signatures stay. */
export interface DispatchContext {
  /** Aborted when the call's deadline has passed: stop, and release what you hold. */
  readonly signal: AbortSignal;
  /** 1 for the first try. */
  readonly attempt: number;
  /** True where an earlier try may have arrived, although it was not confirmed. */
  readonly possiblyDelivered: boolean;
  /** `<envelope id>:<destination id>`, the same on every retry: hand it to the other side where it can de-duplicate. */
  readonly idempotencyKey: string;
  /** Dotted paths of the profile that changed, where that is known. */
  readonly changes?: readonly string[];
  readonly logger: Logger;
  /** Milliseconds since the epoch, by the host's clock. */
  now(): number;
}
