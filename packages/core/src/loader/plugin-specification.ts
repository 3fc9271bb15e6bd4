/** A plugin as an application lists it: a package name, a path, or either with a version range. */
export type PluginSpecification = string | { readonly package: string; readonly range?: string };

/** A specification, read. */
export interface PluginReference {
  /** As it was listed: what messages call the plugin. */
  readonly listed: string;
  readonly kind: 'package' | 'path';
  /** Package name without `#x`, or the path. */
  readonly target: string;
  /** The version range that the package must satisfy. */
  readonly range?: string;
}

export function readPluginSpecification(specification: PluginSpecification): PluginReference {
  const { package: listed, range } = typeof specification === 'string' ? { package: specification } : specification;
  const isPath = /^(\.{1,2}([/\\]|$)|[/\\]|file:|[A-Za-z]:[/\\])/.test(listed);
  return {
    listed,
    kind: isPath ? 'path' : 'package',
    target: isPath ? listed : (listed.split('#', 1)[0] as string),
    ...(range === undefined ? {} : { range }),
  };
}
