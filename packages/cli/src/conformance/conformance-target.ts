import { ConfigurationError, readPluginSpecification } from '@dest/core';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What `dest test` was asked to test. */
export interface ConformanceTarget {
  /** As it was named: what messages call it. */
  readonly named: string;
  /** As a registry loads it: the name of a package, or the absolute path of its folder. */
  readonly specification: string;
  /** The package's name; absent where its folder was named. */
  readonly package?: string;
  /** The one type of the package that was named, `acme#contacts`; absent: all that it registers. */
  readonly type?: string;
}

/**
 * Reads what was named: the folder of a package, or the name of one that is installed, perhaps with that of one of its types.
 *
 * @param from - the folder from which it is looked up
 * @throws ConfigurationError `CONFORMANCE_KIT_MISSING` where it is a file, which has no package.json
 */
export async function conformanceTarget(named: string, from: string): Promise<ConformanceTarget> {
  const { kind, target } = readPluginSpecification(named);
  const path = resolve(from, named);
  if (kind === 'package' && !(await isFile(join(path, 'package.json')))) {
    return { named, specification: named, package: target, ...(named === target ? {} : { type: named }) };
  }
  if (!(await isFile(path))) return { named, specification: path };
  throw new ConfigurationError(
    `${named} is a file, and what the conformance suite has to know is named in the package.json of a package. Name its folder.`,
    { code: 'CONFORMANCE_KIT_MISSING' },
  );
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}
