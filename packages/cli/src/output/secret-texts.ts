import { isSecret } from '@dest/core';
import type { Application } from '@dest/host';

/** Shorter texts are too likely to be a part of something else. */
const MIN_LENGTH = 6;

/** The secrets that an application's plugins are handed: what no output may hold, whatever a plugin puts into a message. */
export function secretTexts({ registry, destinations }: Application): ReadonlySet<string> {
  const secrets = new Set<string>();
  for (const { compiled, resource } of destinations) {
    const { package: name } = compiled.destination;
    if (resource === undefined || !registry.has(name)) continue;
    const { credentials: schema } = registry.resolve(name).schemas;
    for (const side of Object.values(resource.credentials)) collect(schema, side, '', secrets);
  }
  return secrets;
}

function collect(schema: object, value: unknown, pointer: string, secrets: Set<string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      collect(schema, member, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, secrets);
    }
  } else if (typeof value === 'string' && value.length >= MIN_LENGTH && isSecret(schema, pointer)) {
    secrets.add(value);
    // As it stands inside JSON.
    secrets.add(JSON.stringify(value).slice(1, -1));
  }
}
