import type { DeliveryOptions, JsonObject, JsonValue, PluginSpecification, ResourceCredentials } from '@dest/core';
import type { ConfigurationTest } from './configuration';

/** A configuration as it is written: valid by its schema, defaults not filled in. */
export interface RawConfiguration {
  readonly version: 1;
  readonly plugins?: readonly PluginSpecification[];
  readonly debug?: boolean;
  readonly outbox?: {
    readonly type: 'sqlite' | 'memory' | 'plugin';
    readonly path?: string;
    readonly dedupeWindow?: string | number;
    readonly ballast?: string | number;
    readonly package?: string;
    readonly resource?: { readonly id: string };
    readonly init?: JsonObject;
  };
  readonly control?: { readonly path?: string };
  readonly tokens?: { readonly path?: string };
  readonly network?: { readonly allow?: readonly string[] };
  readonly roots?: readonly string[];
  readonly shutdownMs?: number;
  readonly resources?: readonly RawResource[];
  readonly destinations?: readonly RawDestination[];
  readonly intakes?: readonly RawIntake[];
}

export interface RawResource {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly enabled?: boolean;
  readonly credentials?: ResourceCredentials;
}

export interface RawDestination {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly package: string;
  readonly generation?: number;
  readonly init?: JsonObject;
  readonly form?: JsonObject;
  readonly enabled?: boolean;
  readonly tags?: readonly string[];
  readonly mapping?: JsonValue;
  readonly mappingOptions?: { readonly missing?: 'null' | 'omit' | null };
  readonly condition?: string;
  readonly onProfileChangeOnly?: boolean;
  readonly changedPaths?: readonly string[];
  readonly resource?: { readonly id: string };
  readonly eventType?: string | readonly string[];
  readonly source?: string | readonly string[];
  readonly delivery?: RawDelivery;
  readonly tests?: readonly ConfigurationTest[];
}

export interface RawIntake {
  readonly id?: string;
  readonly type: 'plugin';
  readonly package: string;
  readonly resource?: { readonly id: string };
  readonly init?: JsonObject;
  readonly enabled?: boolean;
}

export interface RawDelivery {
  readonly ordering?: DeliveryOptions['ordering'];
  readonly key?: string;
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  readonly batch?: { readonly maxItems?: number; readonly maxBytes?: string | number; readonly lingerMs?: number };
  readonly retry?: {
    readonly maxAttempts?: number;
    readonly maxAge?: string | number;
    readonly initialDelayMs?: number;
    readonly maxDelayMs?: number;
  };
  readonly rateLimit?: { readonly perSecond: number; readonly burst?: number };
  readonly breaker?: {
    readonly failuresInARow?: number;
    readonly failureRate?: number;
    readonly minimumOutcomes?: number;
    readonly window?: string | number;
  };
  readonly coalesce?: DeliveryOptions['coalesce'];
  readonly maxBytes?: string | number;
  readonly whenFull?: DeliveryOptions['whenFull'];
  readonly whenDisabled?: DeliveryOptions['whenDisabled'];
}
