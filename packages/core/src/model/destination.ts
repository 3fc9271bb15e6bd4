import type { JsonObject, JsonValue } from './json';

/** How a destination's deliveries are made. Sizes in bytes, times in milliseconds. */
export interface DeliveryOptions {
  /** `none`: any order. `key`: deliveries of one key start in order. `strict`: all deliveries start in order. */
  readonly ordering: 'none' | 'key' | 'strict';
  /** What orders deliveries under `ordering: key`: a reference such as `profile@id`. Default: the profile's id. */
  readonly key?: string;
  /** How many calls may be under way at once. */
  readonly concurrency: number;
  /** Deadline of one call. */
  readonly timeoutMs: number;
  readonly batch: { readonly maxItems: number; readonly maxBytes: number; readonly lingerMs: number };
  readonly retry: {
    /** How often one item may fail by its own fault before it counts as failed for good. */
    readonly maxAttempts: number;
    /** How long a delivery may wait before it counts as failed for good. */
    readonly maxAgeMs: number;
    readonly initialDelayMs: number;
    readonly maxDelayMs: number;
  };
  /** How many deliveries may be started in a second, and how many at once after a pause. Absent: as many as can be. */
  readonly rateLimit?: { readonly perSecond: number; readonly burst: number };
  /** When a destination counts as failing as a whole, so that it is left alone for a while. */
  readonly breaker: {
    /** Distinct items that fail in a row; 0 for never. */
    readonly failuresInARow: number;
    /** Part of the outcomes within the window that are failures, from 0 to 1; 0 for never. */
    readonly failureRate: number;
    /** Fewer outcomes than this within the window tell no rate. */
    readonly minimumOutcomes: number;
    readonly windowMs: number;
  };
  /** `latest`: a newer version of a profile replaces the one that waits. */
  readonly coalesce: 'none' | 'latest';
  /** How much may wait in this destination's lane. */
  readonly maxBytes: number;
  /** What happens to a new delivery that no longer fits. */
  readonly whenFull: 'reject' | 'drop-oldest';
  /** What happens to what waits while the destination, or its resource, is switched off. */
  readonly whenDisabled: 'hold' | 'drop';
}

/** A configured destination: which package delivers, what it receives, and when. */
export interface Destination<Init = unknown> {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** The name under which a destination class is registered, such as `@dest/pulsar` or `@acme/crm#contacts`. */
  readonly package: string;
  /** Counted up where what waits for the destination that had this id so far is not for this one. Default: 1. */
  readonly generation?: number;
  /** Parameters of the destination, valid by the class's `init` schema, defaults filled in. */
  readonly init: Init;
  /** Refines the form that is derived from the `init` schema (groups, labels, order). */
  readonly form: JsonObject;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  /** What the payload looks like, in the mapping language. Absent or `{}`: the default payload. */
  readonly mapping?: JsonValue;
  readonly mappingOptions?: { readonly missing?: 'null' | 'omit' };
  /** Whether the destination receives an envelope, in the condition language. Absent or blank: always. */
  readonly condition?: string;
  /** True: receives profiles that changed. False: receives events, and profiles that come without an event. */
  readonly onProfileChangeOnly: boolean;
  /** Narrows `onProfileChangeOnly` to these dotted paths of the profile, or anything below them. */
  readonly changedPaths?: readonly string[];
  /** Absent for a destination type that needs no credentials. */
  readonly resource?: { readonly id: string };
  /** A type, several, or patterns with `*`. Absent: all. */
  readonly eventType?: string | readonly string[];
  /** The id of a source, several, or patterns with `*`. Absent: all. */
  readonly source?: string | readonly string[];
  readonly delivery: DeliveryOptions;
}
