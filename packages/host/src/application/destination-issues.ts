import type { Destination, DestinationRegistry, Resource } from '@dest/core';
import type { Configuration } from '../configuration/configuration';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { PluginStatus } from './application';

/** What keeps an instance of a destination from being made, each with the place in the configuration to mend. */
export function destinationIssues(
  destination: Destination,
  resource: Resource | undefined,
  configuration: Configuration,
  registry: DestinationRegistry,
  plugins: readonly PluginStatus[],
): readonly ConfigurationIssue[] {
  const base = `/destinations/${configuration.destinations.indexOf(destination)}`;
  const resourceBase = resource === undefined ? base : `/resources/${configuration.resources.indexOf(resource)}`;
  const side = configuration.debug ? 'test' : 'production';
  return registry.validate({ debug: configuration.debug, resource, destination }).map((issue) => {
    const path = {
      package: `${base}/package`,
      resource: `${base}/resource${issue.pointer}`,
      init: `${base}/init${issue.pointer}`,
      credentials: `${resourceBase}${resource === undefined ? '' : `/credentials/${side}`}${issue.pointer}`,
    }[issue.part];
    const unloaded = issue.part === 'package' ? notLoaded(destination.package, plugins) : undefined;
    const { code, message } = unloaded ?? issue;
    return { code, path, message: `Destination ${destination.id}: ${message}`, severity: 'error' };
  });
}

/** The plugin that would have registered the name, where it is listed and could not be loaded. */
function notLoaded(name: string, plugins: readonly PluginStatus[]): { code: string; message: string } | undefined {
  const wanted = name.split('#', 1)[0];
  const failed = plugins.find(({ specification, issue }) => {
    const listed = typeof specification === 'string' ? specification : specification.package;
    return issue !== undefined && listed.split('#', 1)[0] === wanted;
  });
  if (failed?.issue === undefined) return undefined;
  return {
    code: 'PACKAGE_NOT_LOADED',
    message: `package: ${name} is not there, since its plugin could not be loaded (${failed.issue.code})`,
  };
}
