import { defaultDelivery, type DeliveryOptions, type Destination, type Resource } from '@dest/core';
import { resolve } from 'node:path';
import type { Configuration, ConfigurationTest } from './configuration';
import type { RawConfiguration, RawDelivery, RawDestination, RawResource } from './raw-configuration';
import { parseBytes, parseDuration } from './units';

/** Fills in the defaults of a configuration that is valid by its schema. */
export function normalizeConfiguration(raw: RawConfiguration, folder: string): Configuration {
  const destinations = raw.destinations ?? [];
  const tests = new Map<string, readonly ConfigurationTest[]>();
  for (const { id, tests: cases } of destinations) if (cases !== undefined) tests.set(id, cases);
  return {
    folder,
    roots: (raw.roots ?? []).map((root) => resolve(folder, root)),
    plugins: raw.plugins ?? [],
    debug: raw.debug ?? false,
    outbox: { type: 'memory', dedupeWindowMs: parseDuration(raw.outbox?.dedupeWindow ?? '24h') },
    network: { allow: raw.network?.allow ?? [] },
    shutdownMs: raw.shutdownMs ?? 10_000,
    resources: (raw.resources ?? []).map(normalizeResource),
    destinations: destinations.map(normalizeDestination),
    tests,
  };
}

function normalizeResource(raw: RawResource): Resource {
  return {
    id: raw.id,
    name: raw.name ?? raw.id,
    description: raw.description ?? '',
    tags: raw.tags ?? [],
    enabled: raw.enabled ?? true,
    version: '',
    credentials: raw.credentials ?? {},
  };
}

function normalizeDestination(raw: RawDestination): Destination {
  // Only what is there: an absent mapping, condition or resource means something else than an undefined one.
  const { tests: _tests, delivery, mappingOptions, ...rest } = raw;
  return {
    ...rest,
    name: raw.name ?? raw.id,
    description: raw.description ?? '',
    init: raw.init ?? {},
    form: raw.form ?? {},
    enabled: raw.enabled ?? true,
    tags: raw.tags ?? [],
    onProfileChangeOnly: raw.onProfileChangeOnly ?? false,
    ...(mappingOptions?.missing === undefined ? {} : { mappingOptions: { missing: mappingOptions.missing ?? 'null' } }),
    delivery: normalizeDelivery(delivery ?? {}),
  };
}

function normalizeDelivery(raw: RawDelivery): DeliveryOptions {
  const { batch, retry, maxBytes, ...rest } = raw;
  const { maxAge, ...retryRest } = retry ?? {};
  const { maxBytes: batchBytes, ...batchRest } = batch ?? {};
  const base = defaultDelivery;
  return {
    ...base,
    ...rest,
    batch: { ...base.batch, ...batchRest, ...(batchBytes === undefined ? {} : { maxBytes: parseBytes(batchBytes) }) },
    retry: { ...base.retry, ...retryRest, ...(maxAge === undefined ? {} : { maxAgeMs: parseDuration(maxAge) }) },
    ...(maxBytes === undefined ? {} : { maxBytes: parseBytes(maxBytes) }),
  };
}
