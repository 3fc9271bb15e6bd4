import { compileSchema, dottedPath, messageOf } from '@dest/core';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Configuration } from './configuration';
import type { ConfigurationIssue } from './configuration-issue';
import { configurationSchema } from './configuration-schema';
import { findConflicts } from './find-conflicts';
import { normalizeConfiguration } from './normalize-configuration';
import { parseYaml } from './parse-yaml';
import type { RawConfiguration } from './raw-configuration';

/** A configuration that was read, as far as it could be. */
export interface ReadConfiguration {
  /** Absent where an issue keeps the whole from being used. */
  readonly configuration?: Configuration;
  readonly issues: readonly ConfigurationIssue[];
  /** Adds line and column to an issue that has a path. */
  readonly place: (issue: ConfigurationIssue) => ConfigurationIssue;
  /** What messages call the configuration: its file, or `configuration`. */
  readonly name: string;
}

export interface ReadConfigurationOptions {
  /** A file (YAML or JSON), or the configuration itself. */
  readonly config: string | object;
  /** The folder that names and paths resolve from. Default: the file's; for an object, the working directory. */
  readonly from?: string;
  /** What `${NAME}` is looked up in, for files. Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Reads and validates a configuration. Never throws for what is wrong with it: that is in `issues`. */
export async function readConfiguration(options: ReadConfigurationOptions): Promise<ReadConfiguration> {
  const { config } = options;
  if (typeof config !== 'string') {
    const unplaced = (issue: ConfigurationIssue): ConfigurationIssue => issue;
    return validated(config, resolve(options.from ?? '.'), [], unplaced, 'configuration');
  }
  const file = resolve(config);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const message =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? `There is no file ${config}. Make one with dest init, or name yours.`
        : `The file ${config} can't be read: ${messageOf(error)}.`;
    const issue: ConfigurationIssue = { code: 'CONFIGURATION_UNREADABLE', path: '', message, severity: 'error' };
    return { issues: [issue], place: (other) => other, name: config };
  }
  const yaml = parseYaml(text, options.environment ?? process.env);
  const place = (issue: ConfigurationIssue): ConfigurationIssue => ({ ...issue, ...yaml.locate(issue.path) });
  if (yaml.value === undefined && yaml.issues.some(({ severity }) => severity === 'error')) {
    return { issues: yaml.issues, place, name: config };
  }
  return validated(yaml.value, resolve(options.from ?? dirname(file)), yaml.issues, place, config);
}

function validated(
  value: unknown,
  folder: string,
  earlier: readonly ConfigurationIssue[],
  place: ReadConfiguration['place'],
  name: string,
): ReadConfiguration {
  let result;
  try {
    result = compileSchema(configurationSchema)(value ?? {});
  } catch (error) {
    const message = `The configuration should be plain data: ${messageOf(error)}.`;
    return { issues: [{ code: 'SCHEMA', path: '', message, severity: 'error' }], place, name };
  }
  if (!result.valid) {
    const found = result.issues.map(({ pointer, message }) => {
      const path = dottedPath('', pointer);
      const text = path === '' ? message : `${path}: ${message}`;
      return place({
        code: 'SCHEMA',
        path: pointer,
        message: text.endsWith('?') ? text : `${text}.`,
        severity: 'error',
      });
    });
    return { issues: [...earlier, ...found], place, name };
  }
  const raw = result.value as RawConfiguration;
  const issues = [...forgiveUnusedSide(earlier, raw.debug ?? false), ...findConflicts(raw).map(place)];
  const unusable = issues.some(({ severity }) => severity === 'error');
  return { ...(unusable ? {} : { configuration: normalizeConfiguration(raw, folder) }), issues, place, name };
}

/** Who runs with test credentials needn't have the variables of the production ones, nor the other way round. */
function forgiveUnusedSide(issues: readonly ConfigurationIssue[], debug: boolean): readonly ConfigurationIssue[] {
  const unused = new RegExp(`^/resources/\\d+/credentials/${debug ? 'production' : 'test'}(/|$)`);
  return issues.filter(({ code, path }) => code !== 'ENVIRONMENT_VARIABLE_MISSING' || !unused.test(path));
}
