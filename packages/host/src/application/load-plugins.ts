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
import type { PluginStatus } from './application';
import { rootedFiles } from './rooted-files';

/** Loads what the configuration lists, side by side. One that fails is an issue; the others are loaded all the same. */
export function loadPlugins(
  configuration: Configuration,
  registry: DestinationRegistry,
  place: (issue: ConfigurationIssue) => ConfigurationIssue,
): Promise<readonly PluginStatus[]> {
  return Promise.all(
    configuration.plugins.map(async (specification, index) => {
      try {
        await requireAllowed(specification, configuration);
        return { specification, registered: await registry.load(specification) };
      } catch (error) {
        const { code, message } = failureOf(error);
        const issue = place({ code, path: `/plugins/${index}`, message, severity: 'error' });
        return { specification, registered: [], issue };
      }
    }),
  );
}

/** Code outside the allowed folders is not run. Packages are where npm put them, links included. */
async function requireAllowed(specification: PluginSpecification, configuration: Configuration): Promise<void> {
  const { kind, target, listed } = readPluginSpecification(specification);
  if (kind === 'package') return;
  const path = target.startsWith('file:') ? fileURLToPath(target) : target;
  try {
    await rootedFiles(configuration.folder, configuration.roots).resolve(path);
  } catch (cause) {
    throw new ConfigurationError(`Plugin ${listed}: ${(cause as Error).message}`, {
      code: 'PATH_OUTSIDE_ROOTS',
      cause,
    });
  }
}
