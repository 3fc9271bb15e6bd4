import type {
  CompiledDestination,
  DestinationRegistry,
  PluginSpecification,
  RegisteredDestination,
  Resource,
  Router,
} from '@dest/core';
import type { Configuration } from '../configuration/configuration';
import type { ConfigurationIssue } from '../configuration/configuration-issue';

/** What became of one entry of the configuration's `plugins`. */
export interface PluginStatus {
  readonly specification: PluginSpecification;
  /** The destination types it registered; empty where it could not be loaded. */
  readonly registered: readonly RegisteredDestination[];
  /** Why it could not be loaded. */
  readonly issue?: ConfigurationIssue;
}

/** One configured destination: what decides what it receives, and whether its instance can be made. */
export interface ConfiguredDestination {
  readonly compiled: CompiledDestination;
  readonly resource?: Resource;
  /** What keeps an instance from being made; empty where it can be. What it receives waits in its lane until then. */
  readonly issues: readonly ConfigurationIssue[];
}

/** A configuration with its plugins loaded and its destinations compiled. Nothing is connected yet. */
export interface Application {
  readonly name: string;
  readonly configuration: Configuration;
  readonly registry: DestinationRegistry;
  readonly plugins: readonly PluginStatus[];
  readonly destinations: readonly ConfiguredDestination[];
  readonly router: Router;
  /** Errors about one plugin or one destination, which leave the others working, and warnings. */
  readonly issues: readonly ConfigurationIssue[];
  /** Adds line and column to an issue that has a path, where the configuration is a file. */
  readonly place: (issue: ConfigurationIssue) => ConfigurationIssue;
  /** Takes the secrets of the configuration out of a text, in every form that they may have in one. */
  readonly redact: (text: string) => string;
  /** Releases what loading took up. */
  close(): Promise<void>;
}
