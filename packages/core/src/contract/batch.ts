import type { Event } from '../model/event';
import type { Data } from '../model/json';
import type { Profile } from '../model/profile';
import type { Session } from '../model/session';
import type { Logger } from '../ports/logger';

/** One delivery within a batch. */
export interface BatchItem {
  readonly kind: 'event' | 'profile';
  readonly data: Data;
  /** JSON text of `data`, made once. */
  readonly json: string;
  readonly event?: Event;
  readonly profile?: Profile;
  readonly session?: Session;
  readonly attempt: number;
  readonly possiblyDelivered: boolean;
  readonly idempotencyKey: string;
  /** What orders this delivery among others: by default the profile's id. */
  readonly key?: string;
  readonly changes?: readonly string[];
}

/** What comes with one batch. */
export interface BatchContext {
  /** Aborted when the call's deadline has passed. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Milliseconds since the epoch, by the host's clock. */
  now(): number;
}

/** The outcome of one item: delivered, or failed with the error that `dispatchEvent` would have thrown. */
export type ItemResult = { readonly ok: true } | { readonly ok: false; readonly error: unknown };
