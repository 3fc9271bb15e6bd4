import type {
  CompiledDestination,
  DestinationRegistry,
  IntakeSettings,
  PluginSpecification,
  RegisteredType,
  Resource,
  Router,
} from '@dest/core';
import type { Configuration } from '../configuration/configuration';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { UnwrittenTokens } from '../oauth2/unwritten-tokens';
import type { FetchedSecrets } from './fetched-secrets';

/** What became of one entry of the configuration's `plugins`. */
export interface PluginStatus {
  readonly specification: PluginSpecification;
  /** The types it registered: of destinations, intakes, outboxes; empty where it could not be loaded. */
  readonly registered: readonly RegisteredType[];
  /** Why it could not be loaded. */
  readonly issue?: ConfigurationIssue;
  /** What is worth knowing of one that is loaded, such as a manifest that is not of its code. */
  readonly warnings: readonly ConfigurationIssue[];
}

/** One configured destination: what decides what it receives, and whether its instance can be made. */
export interface ConfiguredDestination {
  readonly compiled: CompiledDestination;
  readonly resource?: Resource;
  /** What keeps an instance from being made; empty where it can be. What it receives waits in its lane until then. */
  readonly issues: readonly ConfigurationIssue[];
}

/** One configured intake, and whether its instance can be made. */
export interface ConfiguredIntake {
  readonly intake: IntakeSettings;
  readonly resource?: Resource;
  /** What keeps an instance from being made; empty where it can be. */
  readonly issues: readonly ConfigurationIssue[];
}

/** A configuration with its plugins loaded and its destinations compiled. Nothing is connected yet. */
export interface Application {
  readonly name: string;
  readonly configuration: Configuration;
  readonly registry: DestinationRegistry;
  readonly plugins: readonly PluginStatus[];
  readonly destinations: readonly ConfiguredDestination[];
  readonly intakes: readonly ConfiguredIntake[];
  /** What keeps the outbox from being made, where a plugin provides it; without it no host can start. */
  readonly outboxIssues: readonly ConfigurationIssue[];
  readonly router: Router;
  /** Errors about one plugin, destination or intake, which leave the others working, and warnings. */
  readonly issues: readonly ConfigurationIssue[];
  /** Adds line and column to an issue that has a path, where the configuration is a file. */
  readonly place: (issue: ConfigurationIssue) => ConfigurationIssue;
  /** Takes the secrets of the configuration, and the tokens that were fetched, out of a text, in every form that they may have in one. */
  readonly redact: (text: string) => string;
  /** The tokens that were fetched by it, and by those before it that a reload has replaced. */
  readonly fetchedSecrets: FetchedSecrets;
  /** Tokens of it, and of those before it, that are in no file. */
  readonly unwrittenTokens: UnwrittenTokens;
  /** Releases what loading took up. */
  close(): Promise<void>;
}
