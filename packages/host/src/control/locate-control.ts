import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { parseYaml } from '../configuration/parse-yaml';
import { substituteEnvironment } from '../configuration/substitute-environment';
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
    const text = await readFile(file, 'utf8');
    const { value } = parseYaml(text, environment);
    const path = value === undefined ? salvagePath(text, environment) : pathOf(value);
    return typeof path === 'string' && path !== '' ? path : undefined;
  } catch {
    // It says nothing, then.
    return undefined;
  }
}

function pathOf(configuration: unknown): unknown {
  return (configuration as { control?: { path?: unknown } | null } | null)?.control?.path;
}

/** What a file says that is no YAML as a whole. */
function salvagePath(text: string, environment: Readonly<Record<string, string | undefined>>): unknown {
  // Where the reader gets lost before it, the section is looked at alone.
  const section = /^control\s*:.*(\r?\n([ \t#].*)?)*/m.exec(text)?.[0] ?? '';
  for (const readable of [text, section]) {
    const path = parseDocument(readable).getIn(['control', 'path']);
    if (typeof path === 'string') return substituteEnvironment(path, environment).text;
  }
  return undefined;
}
