import {
  ConfigurationError,
  DestinationRegistry,
  findPackage,
  type DestinationClass,
  type RegisteredType,
} from '@dest/core';
import type { DestinationKit } from '@dest/testkit';
import type { ConformanceTarget } from './conformance-target';
import { kitsOf } from './kits-of';

/** A destination type of a plugin, with what the conformance suite has to know of it. */
export interface ConformanceSubject {
  readonly registered: RegisteredType;
  readonly Class: DestinationClass<object>;
  readonly kit: DestinationKit;
}

/**
 * Loads a plugin, as a host does, and the kits that its package.json names.
 *
 * @param from - the folder from which a package is looked up
 * @throws PluginError where it can't be loaded; ConfigurationError `CONFORMANCE_NO_DESTINATION`, `CONFORMANCE_KIT_MISSING` or
 * `CONFORMANCE_KIT_INVALID`
 */
export async function conformanceSubjects(
  target: ConformanceTarget,
  from: string,
): Promise<readonly ConformanceSubject[]> {
  const { named, specification, type } = target;
  const loaded = await new DestinationRegistry({ from }).load(specification);
  const types = loaded.filter(({ kind }) => kind === 'destination');
  const wanted = types.filter(({ package: name }) => type === undefined || name === type);
  if (wanted.length === 0) {
    const missing = type === undefined ? 'has no destination to test' : 'is no destination of its package';
    throw new ConfigurationError(`${named} ${missing}; it registers ${namesOf(loaded)}.`, {
      code: 'CONFORMANCE_NO_DESTINATION',
    });
  }
  const folder = await folderOf(target, from);
  const kits = await kitsOf(named, folder, types);
  return wanted.map((registered) => ({
    registered,
    Class: registered.class as unknown as DestinationClass<object>,
    kit: { folder, ...(kits.get(registered) as DestinationKit) },
  }));
}

function namesOf(types: readonly RegisteredType[]): string {
  return types.map(({ package: name, kind }) => `${name} (${kind})`).join(', ');
}

/** The folder of a plugin that was loaded. */
async function folderOf({ package: name, specification }: ConformanceTarget, from: string): Promise<string> {
  return name === undefined ? specification : ((await findPackage(name, from))?.folder ?? from);
}
