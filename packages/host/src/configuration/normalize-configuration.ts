import {
  parseDuration,
  defaultDelivery,
  type DeliveryOptions,
  type Destination,
  type IntakeSettings,
  type Resource,
} from '@dest/core';
import { join, resolve } from 'node:path';
import type { Configuration, ConfigurationTest, OutboxConfiguration } from './configuration';
import type { RawConfiguration, RawDelivery, RawDestination, RawIntake, RawResource } from './raw-configuration';
import { parseBytes } from './units';

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
    outbox: normalizeOutbox(raw.outbox, folder),
    control: { path: resolve(folder, raw.control?.path ?? join('.dest', 'control.sock')) },
    tokens: { path: resolve(folder, raw.tokens?.path ?? join('.dest', 'tokens')) },
    network: { allow: raw.network?.allow ?? [] },
    shutdownMs: raw.shutdownMs ?? 10_000,
    resources: (raw.resources ?? []).map(normalizeResource),
    destinations: destinations.map(normalizeDestination),
    intakes: (raw.intakes ?? []).map(normalizeIntake),
    tests,
  };
}

function normalizeOutbox(raw: RawConfiguration['outbox'], folder: string): OutboxConfiguration {
  const dedupeWindowMs = parseDuration(raw?.dedupeWindow ?? '24h');
  if (raw?.type === 'memory') return { type: 'memory', dedupeWindowMs };
  if (raw?.type === 'plugin') {
    const { package: name = '', resource, init = {} } = raw;
    return { type: 'plugin', package: name, ...(resource === undefined ? {} : { resource }), init, dedupeWindowMs };
  }
  return {
    type: 'sqlite',
    path: resolve(folder, raw?.path ?? join('.dest', 'outbox.db')),
    dedupeWindowMs,
    ballastBytes: parseBytes(raw?.ballast ?? '16MiB'),
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
    generation: raw.generation ?? 1,
    init: raw.init ?? {},
    form: raw.form ?? {},
    enabled: raw.enabled ?? true,
    tags: raw.tags ?? [],
    onProfileChangeOnly: raw.onProfileChangeOnly ?? false,
    ...(mappingOptions?.missing === undefined ? {} : { mappingOptions: { missing: mappingOptions.missing ?? 'null' } }),
    delivery: normalizeDelivery(delivery ?? {}),
  };
}

function normalizeIntake({ type: _type, ...raw }: RawIntake): IntakeSettings {
  return { ...raw, id: raw.id ?? raw.package, init: raw.init ?? {}, enabled: raw.enabled ?? true };
}

function normalizeDelivery(raw: RawDelivery): DeliveryOptions {
  const { batch, retry, breaker, rateLimit, maxBytes, ...rest } = raw;
  const { maxAge, ...retryRest } = retry ?? {};
  const { maxBytes: batchBytes, ...batchRest } = batch ?? {};
  const { window, ...breakerRest } = breaker ?? {};
  const base = defaultDelivery;
  return {
    ...base,
    ...rest,
    batch: { ...base.batch, ...batchRest, ...(batchBytes === undefined ? {} : { maxBytes: parseBytes(batchBytes) }) },
    retry: { ...base.retry, ...retryRest, ...(maxAge === undefined ? {} : { maxAgeMs: parseDuration(maxAge) }) },
    breaker: {
      ...base.breaker,
      ...breakerRest,
      ...(window === undefined ? {} : { windowMs: parseDuration(window) }),
    },
    ...(rateLimit === undefined
      ? {}
      : { rateLimit: { burst: Math.max(1, Math.ceil(rateLimit.perSecond)), ...rateLimit } }),
    ...(maxBytes === undefined ? {} : { maxBytes: parseBytes(maxBytes) }),
  };
}
