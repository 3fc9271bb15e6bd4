import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, messageOf, type RegisteredType } from '@dest/core';
import type { DestinationKit } from '@dest/testkit';

const EXAMPLE = '"dest": { "api": 1, "conformance": "./conformance.mjs" }';

/** What a kit has at least. */
type Kit = Pick<DestinationKit, 'start' | 'received'>;

/**
 * The kits of types, in their order: what the module that package.json names exports as `conformance`, one kit, or one for each
 * name that the package registers.
 *
 * @throws ConfigurationError `CONFORMANCE_KIT_MISSING` or `CONFORMANCE_KIT_INVALID`
 */
export async function kitsOf(
  plugin: string,
  folder: string,
  types: readonly RegisteredType[],
): Promise<readonly DestinationKit[]> {
  const named = await namedModule(folder);
  if (named === undefined) {
    const what = `${plugin} names no module with what the conformance suite has to know of it`;
    const remedy = `Add ${EXAMPLE} to ${join(folder, 'package.json')}, and export a kit there as conformance.`;
    throw new ConfigurationError(`${what}. ${remedy}`, { code: 'CONFORMANCE_KIT_MISSING' });
  }
  const exported = await exportedBy(plugin, join(folder, named));
  return types.map(({ package: name }) => {
    const kit = isKit(exported) && types.length === 1 ? exported : exported[name];
    if (isKit(kit)) return kit;
    throw invalid(
      `${plugin}: ${named} exports no kit for ${name}. Export one as conformance, with start() and received(); ` +
        `where the package registers several destinations, an object of kits by their names.`,
    );
  });
}

async function namedModule(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8');
  const { dest } = JSON.parse(text.replace(/^\uFEFF/, '')) as { readonly dest?: { readonly conformance?: unknown } };
  return typeof dest?.conformance === 'string' ? dest.conformance : undefined;
}

async function exportedBy(plugin: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  let namespace: { readonly conformance?: unknown; readonly default?: { readonly conformance?: unknown } };
  try {
    namespace = (await import(pathToFileURL(file).href)) as typeof namespace;
  } catch (cause) {
    throw invalid(`${plugin}: ${file} can't be loaded: ${messageOf(cause)}. See "conformance" in package.json.`, cause);
  }
  const exported = namespace.conformance ?? namespace.default?.conformance;
  return typeof exported === 'object' && exported !== null ? (exported as Readonly<Record<string, unknown>>) : {};
}

function isKit(value: unknown): value is Kit {
  const { start, received } = (value ?? {}) as Partial<Record<keyof Kit, unknown>>;
  return typeof start === 'function' && typeof received === 'function';
}

function invalid(message: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(message, { code: 'CONFORMANCE_KIT_INVALID', cause });
}
