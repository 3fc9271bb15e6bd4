import type { Logger } from '../ports/logger';

/** What comes with `open`, `check` and `forgetProfile`. */
export interface LifecycleContext {
  /** Aborted when the call's deadline has passed. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Milliseconds since the epoch, by the host's clock. */
  now(): number;
}
