import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, messageOf, readPackageManifest, type RegisteredType } from '@dest/core';
import type { DestinationKit } from '@dest/testkit';

const EXAMPLE = '"dest": { "api": 1, "conformance": "./conformance.mjs" }';

/** What a kit has at least. */
type Kit = Pick<DestinationKit, 'start' | 'received'>;

/**
 * The kits of types: what the module that package.json names exports as `conformance`, one kit, or one for each
 * name that the package registers.
 *
 * @throws ConfigurationError `CONFORMANCE_KIT_MISSING` or `CONFORMANCE_KIT_INVALID`
 */
export async function kitsOf(
  plugin: string,
  folder: string,
  types: readonly RegisteredType[],
): Promise<ReadonlyMap<RegisteredType, DestinationKit>> {
  const named = await namedModule(folder);
  if (named === undefined) {
    const what = `${plugin} names no module with what the conformance suite has to know of it`;
    const remedy = `Add ${EXAMPLE} to ${join(folder, 'package.json')}, and export a kit there as conformance.`;
    throw new ConfigurationError(`${what}. ${remedy}`, { code: 'CONFORMANCE_KIT_MISSING' });
  }
  const exported = await exportedBy(plugin, join(folder, named));
  const kits = types.map((type): readonly [RegisteredType, DestinationKit] => {
    const kit = isKit(exported) && types.length === 1 ? exported : exported[type.package];
    if (isKit(kit)) return [type, kit];
    throw invalid(
      `${plugin}: ${named} exports no kit for ${type.package}. Export one as conformance, with start() and received(); ` +
        `where the package registers several destinations, an object of kits by their names.`,
    );
  });
  return new Map(kits);
}

async function namedModule(folder: string): Promise<string | undefined> {
  const manifest = await readPackageManifest(join(folder, 'package.json'));
  const { dest } = (manifest ?? {}) as { readonly dest?: { readonly conformance?: unknown } };
  return typeof dest?.conformance === 'string' ? dest.conformance : undefined;
}

async function exportedBy(plugin: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  let namespace: { readonly conformance?: unknown; readonly default?: { readonly conformance?: unknown } };
  try {
    namespace = (await import(pathToFileURL(file).href)) as typeof namespace;
  } catch (cause) {
    const missing = missingPackage(messageOf(cause));
    const remedy =
      missing === undefined ? 'See "conformance" in package.json.' : `Install it: npm install --save-dev ${missing}.`;
    throw invalid(`${plugin}: ${file} can't be loaded: ${messageOf(cause).replace(/\.$/, '')}. ${remedy}`, cause);
  }
  const exported = namespace.conformance ?? namespace.default?.conformance;
  return typeof exported === 'object' && exported !== null ? (exported as Readonly<Record<string, unknown>>) : {};
}

/** The package that Node.js says can't be found: `Cannot find package '@dest/testkit' imported from …`. */
function missingPackage(message: string): string | undefined {
  return /^Cannot find (?:package|module) '((?:@[^/']+\/)?[^@./'\\][^/':\\]*)['/]/.exec(message)?.[1];
}

function isKit(value: unknown): value is Kit {
  const { start, received } = (value ?? {}) as Partial<Record<keyof Kit, unknown>>;
  return typeof start === 'function' && typeof received === 'function';
}

function invalid(message: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(message, { code: 'CONFORMANCE_KIT_INVALID', cause });
}
