import { compileDestination, type CompiledDestination, type DestinationRegistry } from '@dest/core';
import type { Configuration } from '../configuration/configuration';
import type { ConfigurationIssue } from '../configuration/configuration-issue';

/** Compiles every destination's trigger, condition and mapping; what is wrong with one points to the place. */
export function compileConfigured(
  configuration: Configuration,
  registry: DestinationRegistry,
  place: (issue: ConfigurationIssue) => ConfigurationIssue,
): { readonly destinations: readonly CompiledDestination[]; readonly issues: readonly ConfigurationIssue[] } {
  const destinations: CompiledDestination[] = [];
  const issues: ConfigurationIssue[] = [];
  const resources = new Map(configuration.resources.map((resource) => [resource.id, resource]));
  configuration.destinations.forEach((destination, index) => {
    const { id, package: name, resource } = destination;
    const missing = registry.has(name) ? registry.resolve(name).missing : 'null';
    const result = compileDestination(destination, resource && resources.get(resource.id), missing);
    if (result.compiled !== undefined) destinations.push(result.compiled);
    for (const { code, pointer, message, severity } of result.issues) {
      const path = `/destinations/${index}${pointer}`;
      issues.push(place({ code, path, message: `Destination ${id}: ${message}`, severity }));
    }
  });
  return { destinations, issues };
}
