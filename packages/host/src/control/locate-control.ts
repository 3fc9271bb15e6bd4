import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseYaml } from '../configuration/parse-yaml';
import { DEFAULT_CONTROL_PATH } from './control-address';

/**
 * Where a host of this configuration is reached, as far as the file tells: also where the file is not valid now, or where
 * variables that the host has are not set here. Absolute.
 *
 * @param file - the configuration
 * @param environment - what `${NAME}` is looked up in
 */
export async function locateControl(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const folder = dirname(resolve(file));
  return resolve(folder, (await readControlPath(file, environment)) ?? DEFAULT_CONTROL_PATH);
}

async function readControlPath(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  try {
    const { value } = parseYaml(await readFile(file, 'utf8'), environment);
    const path = (value as { control?: { path?: unknown } | null } | null | undefined)?.control?.path;
    return typeof path === 'string' && path !== '' ? path : undefined;
  } catch {
    // It says nothing, then.
    return undefined;
  }
}
