import type { Destination, DestinationIssue, DestinationRegistry, Resource } from '@dest/core';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { PluginStatus } from './application';

/** A destination and its resource, with their places in the configuration. */
export interface PlacedDestination {
  readonly destination: Destination;
  /** Among the configuration's destinations. */
  readonly index: number;
  readonly resource?: Resource | undefined;
  /** Among the configuration's resources. */
  readonly resourceIndex?: number | undefined;
}

/** What keeps an instance of a destination from being made, each with the place in the configuration to mend. */
export function destinationIssues(
  { destination, index, resource, resourceIndex }: PlacedDestination,
  debug: boolean,
  registry: DestinationRegistry,
  plugins: readonly PluginStatus[],
): readonly ConfigurationIssue[] {
  const base = `/destinations/${index}`;
  const found = registry.validate({ debug, resource, destination });
  const unresourced = destination.resource === undefined ? found.filter(({ part }) => part === 'credentials') : [];
  const issues = found.map((issue): ConfigurationIssue => {
    const path = {
      package: `${base}/package`,
      resource: `${base}/resource${issue.pointer}`,
      init: `${base}/init${issue.pointer}`,
      credentials: `/resources/${resourceIndex}/credentials/${debug ? 'test' : 'production'}${issue.pointer}`,
    }[issue.part];
    const unloaded = issue.part === 'package' ? notLoaded(destination.package, plugins) : undefined;
    const { code, message } = unloaded ?? issue;
    return { code, path, message: `Destination ${destination.id}: ${message}`, severity: 'error' };
  });
  if (unresourced.length === 0) return issues;
  // Several things that are missing are mended by one resource.
  return [
    resourceNeeded(destination, base, unresourced),
    ...issues.filter((_, at) => found[at]?.part !== 'credentials'),
  ];
}

function resourceNeeded(
  { id, package: name }: Destination,
  base: string,
  issues: readonly DestinationIssue[],
): ConfigurationIssue {
  const what = issues.map(({ message }) => message).join('; ');
  const message = `Destination ${id}: resource: is missing, and ${name} needs credentials; add resource: { id: … } with the id of one of the resources (${what})`;
  return { code: 'CREDENTIALS_MISSING', path: `${base}/resource`, message, severity: 'error' };
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
