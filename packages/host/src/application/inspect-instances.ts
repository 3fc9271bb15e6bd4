import type { DestinationRegistry, InstanceIssue, InstanceSettings, Resource } from '@dest/core';
import type { Configuration } from '../configuration/configuration';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { ConfiguredIntake, PluginStatus } from './application';
import { instanceIssues } from './instance-issues';

/** What keeps the instances that a configuration asks for from being made. */
export interface InspectedInstances {
  /** By the destination's id. */
  readonly destinations: ReadonlyMap<string, readonly ConfigurationIssue[]>;
  readonly intakes: readonly ConfiguredIntake[];
  /** Of an outbox that a plugin provides. */
  readonly outbox: readonly ConfigurationIssue[];
}

/** Validates every destination, intake and outbox of a configuration; makes none. */
export function inspectInstances(
  { resources, destinations, intakes, outbox, debug }: Configuration,
  registry: DestinationRegistry,
  plugins: readonly PluginStatus[],
  place: (issue: ConfigurationIssue) => ConfigurationIssue,
): InspectedInstances {
  const byId = new Map(resources.map((resource, index) => [resource.id, { resource, index }]));
  const issuesOf = (
    name: string,
    path: string,
    settings: InstanceSettings,
    validate: (resource: Resource | undefined) => readonly InstanceIssue[],
  ): readonly ConfigurationIssue[] => {
    const { resource, index: resourceIndex } = byId.get(settings.resource?.id ?? '') ?? {};
    const placed = { name, path, settings, resourceIndex, found: validate(resource) };
    return instanceIssues(placed, debug, plugins).map(place);
  };
  return {
    destinations: new Map(
      destinations.map((destination, index) => [
        destination.id,
        issuesOf(`Destination ${destination.id}`, `/destinations/${index}`, destination, (resource) =>
          registry.validate({ debug, resource, destination }),
        ),
      ]),
    ),
    intakes: intakes.map((intake, index) => {
      const { resource } = byId.get(intake.resource?.id ?? '') ?? {};
      const issues = issuesOf(`Intake ${intake.id}`, `/intakes/${index}`, intake, () =>
        registry.validateIntake({ debug, resource, intake }),
      );
      return { intake, ...(resource === undefined ? {} : { resource }), issues };
    }),
    outbox:
      outbox.type === 'plugin'
        ? issuesOf('Outbox', '/outbox', outbox, (resource) => registry.validateOutbox({ debug, resource, outbox }))
        : [],
  };
}
