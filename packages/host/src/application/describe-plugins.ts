import {
  describeType,
  DestinationRegistry,
  failureOf,
  inspectPlugin,
  type ManifestType,
  type PluginSpecification,
} from '@dest/core';
import type { Configuration } from '../configuration/configuration';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import { readConfiguration, type ReadConfigurationOptions } from '../configuration/read-configuration';
import type { FaultTaker } from '../containment/plugin-fault';
import type { PluginStatus } from './application';
import { loadPlugins, requireAllowed } from './load-plugins';
import { redactor, type Redact } from './redactor';
import { secretValues } from './secret-values';

export interface DescribePluginsOptions extends ReadConfigurationOptions {
  /** True: also plugins with a manifest are imported. Default: false. */
  readonly importAll?: boolean;
  /** Is told of what modules throw outside of their loading. */
  readonly faults?: FaultTaker;
}

/** One entry of the configuration's `plugins`, described. */
export interface PluginDescription {
  readonly specification: PluginSpecification;
  /** `manifest`: none of its code was run. */
  readonly source: 'manifest' | 'code';
  /** Absent for a file of the application, and where it could not be found. */
  readonly version?: string;
  /** Empty where there is an issue. */
  readonly types: readonly ManifestType[];
  /** Hosts that it declares to talk to; absent where it doesn't say. */
  readonly hosts?: readonly string[];
  /** Packages with native code that it declares. */
  readonly native: readonly string[];
  /** Why it could not be described. */
  readonly issue?: ConfigurationIssue;
  readonly warnings: readonly ConfigurationIssue[];
}

/** The plugins of a configuration, or what keeps it from being read. */
export type DescribedPlugins =
  | {
      readonly name: string;
      readonly plugins: readonly PluginDescription[];
      readonly configuration: Configuration;
      readonly redact: Redact;
    }
  | { readonly name: string; readonly plugins?: never; readonly issues: readonly ConfigurationIssue[] };

/**
 * Describes what a configuration lists as plugins: by the manifest of each, and where it has none by importing it. Destinations
 * and whatever else the configuration has are not looked at.
 */
export async function describePlugins(options: DescribePluginsOptions): Promise<DescribedPlugins> {
  const { importAll = false, faults } = options;
  const { configuration, issues, place: placeOnly, name } = await readConfiguration(options);
  if (configuration === undefined) return { name, issues };
  let redact: Redact = (text) => text;
  const place = (issue: ConfigurationIssue): ConfigurationIssue =>
    placeOnly({ ...issue, message: redact(issue.message) });
  const newRegistry = (): DestinationRegistry => new DestinationRegistry({ from: configuration.folder });
  redact = redactor(secretValues(configuration, newRegistry()));
  const inspected = await Promise.all(
    configuration.plugins.map((specification, index) => inspect(specification, index, configuration, place)),
  );
  const toImport = inspected.flatMap(({ source, issue }, index) =>
    issue === undefined && (importAll || source === 'code') ? [index] : [],
  );
  const registry = newRegistry();
  const statuses = await loadPlugins({
    configuration: {
      ...configuration,
      plugins: toImport.map((index) => configuration.plugins[index] as PluginSpecification),
    },
    registry,
    trialRegistry: newRegistry,
    place: (issue) => place({ ...issue, path: `/plugins/${toImport[Number(issue.path.split('/')[2])]}` }),
    ...(faults === undefined ? {} : { faults }),
  });
  redact = redactor(secretValues(configuration, registry));
  const plugins = inspected.map((description, index) => {
    const status = statuses[toImport.indexOf(index)];
    return status === undefined ? description : fromCode(description, status);
  });
  return { name, plugins, configuration, redact };
}

async function inspect(
  specification: PluginSpecification,
  index: number,
  configuration: Configuration,
  place: (issue: ConfigurationIssue) => ConfigurationIssue,
): Promise<PluginDescription> {
  const path = `/plugins/${index}`;
  try {
    await requireAllowed(specification, configuration);
    const { installed, manifest, warnings: found } = await inspectPlugin(specification, configuration.folder);
    const warnings = found.map(({ code, message }) => place({ code, path, message, severity: 'warning' }));
    const version = installed?.manifest.version;
    return {
      specification,
      source: manifest === undefined ? 'code' : 'manifest',
      ...(version === undefined ? {} : { version }),
      types: manifest?.types ?? [],
      ...(manifest?.hosts === undefined ? {} : { hosts: manifest.hosts }),
      native: manifest?.native ?? [],
      warnings,
    };
  } catch (error) {
    const { code, message } = failureOf(error);
    const issue = place({ code, path, message, severity: 'error' });
    return { specification, source: 'code', types: [], native: [], issue, warnings: [] };
  }
}

function fromCode(description: PluginDescription, status: PluginStatus): PluginDescription {
  const { registered, issue, warnings } = status;
  const types = registered.map(describeType);
  return { ...description, source: 'code', types, ...(issue === undefined ? { warnings } : { issue }) };
}
