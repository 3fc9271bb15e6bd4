import type { InstanceIssue, InstanceSettings } from '@dest/core';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { PluginStatus } from './application';

/** Something that an instance is made of and its resource, with their places in the configuration. */
export interface PlacedInstance {
  /** What messages call it, such as `Destination orders`. */
  readonly name: string;
  readonly settings: InstanceSettings;
  /** JSON pointer of it. */
  readonly path: string;
  /** Among the configuration's resources. */
  readonly resourceIndex?: number | undefined;
  /** What the registry finds wrong with it. */
  readonly found: readonly InstanceIssue[];
}

/** What keeps an instance from being made, each with the place in the configuration to mend. */
export function instanceIssues(
  placed: PlacedInstance,
  debug: boolean,
  plugins: readonly PluginStatus[],
): readonly ConfigurationIssue[] {
  const { name, settings, path: base, resourceIndex, found } = placed;
  const unresourced = settings.resource === undefined ? found.filter(({ part }) => part === 'credentials') : [];
  const issues = found.map((issue): ConfigurationIssue => {
    const path = {
      package: `${base}/package`,
      resource: `${base}/resource${issue.pointer}`,
      init: `${base}/init${issue.pointer}`,
      credentials: `/resources/${resourceIndex}/credentials/${debug ? 'test' : 'production'}${issue.pointer}`,
    }[issue.part];
    const unloaded = issue.code === 'PACKAGE_UNKNOWN' ? notLoaded(settings.package, plugins) : undefined;
    const { code, message } = unloaded ?? issue;
    return { code, path, message: `${name}: ${message}`, severity: 'error' };
  });
  if (unresourced.length === 0) return issues;
  // Several things that are missing are mended by one resource.
  return [resourceNeeded(placed, unresourced), ...issues.filter((_, at) => found[at]?.part !== 'credentials')];
}

function resourceNeeded(
  { name, settings, path }: PlacedInstance,
  issues: readonly InstanceIssue[],
): ConfigurationIssue {
  const what = issues.map(({ message }) => message).join('; ');
  const message = `${name}: resource: is missing, and ${settings.package} needs credentials; add resource: { id: … } with the id of one of the resources (${what})`;
  return { code: 'CREDENTIALS_MISSING', path: `${path}/resource`, message, severity: 'error' };
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
