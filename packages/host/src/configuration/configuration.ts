import type {
  Destination,
  Envelope,
  IntakeSettings,
  JsonValue,
  OutboxSettings,
  PluginSpecification,
  Resource,
} from '@dest/core';

/** A case that a destination's configuration is tested by. */
export interface ConfigurationTest {
  readonly name?: string;
  readonly given: Envelope;
  readonly expect: {
    readonly selected?: boolean;
    readonly reason?: string;
    /** The payload; objects may have more keys, unless it is exact. */
    readonly data?: JsonValue;
    readonly exact?: boolean;
  };
}

/** Where deliveries wait. */
export type OutboxConfiguration =
  | { readonly type: 'memory'; readonly dedupeWindowMs: number }
  | {
      readonly type: 'sqlite';
      /** Absolute. */
      readonly path: string;
      readonly dedupeWindowMs: number;
      readonly ballastBytes: number;
    }
  | ({ readonly type: 'plugin' } & OutboxSettings);

/** A valid configuration, defaults filled in. Times in milliseconds. */
export interface Configuration {
  /** The folder that names and paths resolve from. */
  readonly folder: string;
  /** Further folders in which plugins and written files may lie, absolute. */
  readonly roots: readonly string[];
  readonly plugins: readonly PluginSpecification[];
  readonly debug: boolean;
  readonly outbox: OutboxConfiguration;
  /** Where a running host is reached by other processes. */
  readonly control: { readonly path: string };
  /** The folder in which OAuth 2.0 tokens are kept; absolute. */
  readonly tokens: { readonly path: string };
  readonly network: { readonly allow: readonly string[] };
  readonly shutdownMs: number;
  readonly resources: readonly Resource[];
  readonly destinations: readonly Destination[];
  readonly intakes: readonly IntakeSettings[];
  /** Tests by the id of their destination. */
  readonly tests: ReadonlyMap<string, readonly ConfigurationTest[]>;
}
