import type { Destination, Resource } from '@dest/core';

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
    delivery: {
      ordering: 'none',
      concurrency: 4,
      timeoutMs: 30_000,
      batch: { maxItems: 500, maxBytes: 4_194_304, lingerMs: 0 },
      retry: { maxAttempts: 10, maxAgeMs: 259_200_000, initialDelayMs: 500, maxDelayMs: 60_000 },
      maxBytes: 1_073_741_824,
      whenFull: 'reject',
    },
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
