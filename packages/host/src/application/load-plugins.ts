import {
  ConfigurationError,
  failureOf,
  readPluginSpecification,
  type DestinationRegistry,
  type PluginSpecification,
} from '@dest/core';
import { fileURLToPath } from 'node:url';
import type { Configuration } from '../configuration/configuration';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import { runAttributed } from '../containment/attribution';
import type { FaultTaker, Owner } from '../containment/plugin-fault';
import type { PluginStatus } from './application';
import { rootedFiles } from './rooted-files';

export interface LoadPluginsOptions {
  readonly configuration: Configuration;
  readonly registry: DestinationRegistry;
  /** A registry by itself for one plugin. */
  readonly trialRegistry: () => DestinationRegistry;
  readonly place: (issue: ConfigurationIssue) => ConfigurationIssue;
  /** Is told of what modules throw outside of their loading. */
  readonly faults?: FaultTaker;
}

/**
 * Loads what the configuration lists. One that fails is an issue; the others are loaded all the same. Modules are imported
 * side by side, so that one that never finishes costs its deadline once; they are registered in the order of the list, so
 * that of two that want the same name always the first gets it.
 */
export async function loadPlugins(options: LoadPluginsOptions): Promise<readonly PluginStatus[]> {
  const { configuration, registry, trialRegistry, place, faults } = options;
  const load = (into: DestinationRegistry, specification: PluginSpecification): Promise<PluginStatus['registered']> => {
    const { listed } = readPluginSpecification(specification);
    const owner: Owner = { package: listed, ...(faults === undefined ? {} : { faults }) };
    return runAttributed(owner, () => into.load(specification));
  };
  const trials = configuration.plugins.map(async (specification) => {
    await requireAllowed(specification, configuration);
    await load(trialRegistry(), specification);
  });
  await Promise.allSettled(trials);
  const statuses: PluginStatus[] = [];
  for (const [index, specification] of configuration.plugins.entries()) {
    try {
      await trials[index];
      const registered = await load(registry, specification);
      statuses.push({ specification, registered, warnings: warningsOf(registry, specification, index, place) });
    } catch (error) {
      const { code, message } = failureOf(error);
      const issue = place({ code, path: `/plugins/${index}`, message, severity: 'error' });
      statuses.push({ specification, registered: [], issue, warnings: [] });
    }
  }
  return statuses;
}

function warningsOf(
  registry: DestinationRegistry,
  specification: PluginSpecification,
  index: number,
  place: LoadPluginsOptions['place'],
): readonly ConfigurationIssue[] {
  const { listed } = readPluginSpecification(specification);
  return registry
    .warnings()
    .filter(({ plugin }) => plugin === listed)
    .map(({ code, message }) => place({ code, path: `/plugins/${index}`, message, severity: 'warning' }));
}

/** Code outside the allowed folders is not run. Packages are where npm put them, links included. */
export async function requireAllowed(specification: PluginSpecification, configuration: Configuration): Promise<void> {
  const { kind, target, listed } = readPluginSpecification(specification);
  if (kind === 'package') return;
  // A URL that is none is the registry's to refuse.
  if (target.startsWith('file:') && !URL.canParse(target)) return;
  try {
    const path = target.startsWith('file:') ? fileURLToPath(target) : target;
    await rootedFiles(configuration.folder, configuration.roots).resolve(path);
  } catch (cause) {
    throw new ConfigurationError(`Plugin ${listed}: ${(cause as Error).message}`, {
      code: 'PATH_OUTSIDE_ROOTS',
      cause,
    });
  }
}
