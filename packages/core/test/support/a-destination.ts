import { defaultDelivery, type Destination, type Resource } from '@dest/core';

/** A configured destination with every default, and what the test cares about. */
export function aDestination(parts: Partial<Destination> & { readonly package: string }): Destination {
  return {
    id: 'orders',
    name: 'Orders',
    description: '',
    init: {},
    form: {},
    enabled: true,
    tags: [],
    onProfileChangeOnly: false,
    delivery: defaultDelivery,
    ...parts,
  };
}

export function aResource(parts: Partial<Resource> = {}): Resource {
  return {
    id: 'main',
    name: 'Main',
    description: '',
    tags: [],
    enabled: true,
    version: '',
    credentials: { production: {}, test: {} },
    ...parts,
  };
}
