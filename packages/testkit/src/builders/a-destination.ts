import {
  defaultDelivery,
  DestinationRegistry,
  type CreateOptions,
  type DeliveryOptions,
  type Destination,
  type DestinationClass,
  type DestinationRegistryOptions,
} from '@dest/core';

export interface DestinationOptions {
  /** Default: none, as of a destination that names no resource. */
  readonly credentials?: { readonly production?: unknown; readonly test?: unknown };
  readonly init?: unknown;
  /** Default: false. */
  readonly debug?: boolean;
  readonly delivery?: Partial<DeliveryOptions>;
  /** The rest of what is configured, such as `id` and `mapping`. */
  readonly destination?: Partial<Destination>;
  /** What a host provides, such as `hostBindings(…)`. Default: what a registry has without a host. */
  readonly host?: DestinationRegistryOptions;
}

/**
 * An instance of a destination, as a host makes it: by a registry, which checks credentials and init, fills in their defaults
 * and injects.
 *
 * @throws PluginError where the class is not registered rightly; ConfigurationError as `DestinationRegistry.create`
 */
export function aDestination<Instance>(Class: DestinationClass<Instance>, options: DestinationOptions = {}): Instance {
  const registry = new DestinationRegistry(options.host ?? { from: process.cwd() });
  const { package: name } = registry.register(Class);
  return registry.create(creationOf(name, options)) as unknown as Instance;
}

/** What a registry makes an instance from. */
export function creationOf(name: string, options: Omit<DestinationOptions, 'host'>): CreateOptions {
  const { credentials, init = {}, debug = false, delivery = {}, destination = {} } = options;
  const resource = { id: 'resource-1', name: 'Resource', description: '', tags: [], enabled: true, version: '' };
  return {
    debug,
    ...(credentials === undefined ? {} : { resource: { ...resource, credentials } }),
    destination: {
      id: 'destination-1',
      name: 'Destination',
      description: '',
      package: name,
      init,
      form: {},
      enabled: true,
      tags: [],
      onProfileChangeOnly: false,
      ...(credentials === undefined ? {} : { resource: { id: resource.id } }),
      ...destination,
      delivery: { ...defaultDelivery, ...delivery },
    },
  };
}
