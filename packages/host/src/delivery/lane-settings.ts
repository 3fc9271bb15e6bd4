import type { DestinationInterface } from '@dest/core';
import type { Application, ConfiguredDestination } from '../application/application';
import { isSameInstance, type InstanceBy } from '../application/same-instance';
import { createContained } from '../containment/contained-instance';
import type { HostFaults } from '../containment/host-faults';
import type { LaneSettings } from './lane-parts';

/** A destination as an application configures it. */
export interface ConfiguredBy {
  readonly configured: ConfiguredDestination;
  readonly application: Application;
}

/** What a lane takes from the configuration of its destination. */
export function laneSettings({ configured, application }: ConfiguredBy, faults: HostFaults): LaneSettings {
  const { registry, configuration, redact } = application;
  const { destination } = configured.compiled;
  const { resource } = configured;
  const registered = registry.has(destination.package) ? registry.resolve(destination.package) : undefined;
  const prototype = registered?.class.prototype as Partial<DestinationInterface> | undefined;
  const pluginVersion = registered?.version;
  return {
    configured,
    create: () =>
      createContained(faults.ownerOf(destination), () =>
        registry.create({ debug: configuration.debug, resource, destination }),
      ),
    batches: typeof prototype?.dispatchBatch === 'function',
    orderedBatches: registered?.orderedBatches ?? false,
    ...(pluginVersion === undefined ? {} : { pluginVersion }),
    enabled: destination.enabled && resource?.enabled !== false,
    redact,
  };
}

/** Whether a lane can go on with the instance that it has. */
export function isSameDestination(before: ConfiguredBy, next: ConfiguredBy): boolean {
  return isSameInstance(instanceBy(before), instanceBy(next));
}

function instanceBy({ configured: { compiled, resource, issues }, application }: ConfiguredBy): InstanceBy {
  return { settings: compiled.destination, resource, issues, application };
}
