import { isSecret, type DestinationRegistry } from '@dest/core';
import type { Configuration } from '../configuration/configuration';

/** Shorter texts are a part of too much else. */
const MIN_LENGTH = 4;
/** For texts that nothing marks as secrets: most of them are names and addresses, not secrets. */
const MIN_LENGTH_UNMARKED = 8;

/**
 * The secrets of a configuration: the texts in credentials (both sides) and in `init` at places that the type's
 * schema marks, as `isSecret` tells. Of credentials that no loaded type has a schema for, all texts.
 */
export function secretValues(
  { resources, destinations, intakes, outbox }: Configuration,
  registry: DestinationRegistry,
): ReadonlySet<string> {
  const secrets = new Set<string>();
  const typesOf = new Map<string, Set<string>>();
  const users = [...destinations, ...intakes, ...(outbox.type === 'plugin' ? [outbox] : [])];
  for (const { resource, package: name, init } of users) {
    if (registry.has(name)) collect(init, registry.resolve(name).schemas.init, '', secrets);
    if (resource === undefined) continue;
    const types = typesOf.get(resource.id);
    if (types === undefined) typesOf.set(resource.id, new Set([name]));
    else types.add(name);
  }
  for (const { id, credentials } of resources) {
    const types = [...(typesOf.get(id) ?? [])];
    const schemas = types
      .filter((name) => registry.has(name))
      .map((name) => registry.resolve(name).schemas.credentials);
    for (const side of Object.values(credentials)) {
      for (const schema of schemas) collect(side, schema, '', secrets);
      if (schemas.length === 0 || schemas.length < types.length) collect(side, undefined, '', secrets);
    }
  }
  return secrets;
}

function collect(value: unknown, schema: object | undefined, pointer: string, secrets: Set<string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      collect(member, schema, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, secrets);
    }
  } else if (typeof value === 'string') {
    const minLength = schema === undefined ? MIN_LENGTH_UNMARKED : MIN_LENGTH;
    if (value.length >= minLength && (schema === undefined || isSecret(schema, pointer))) secrets.add(value);
  }
}
