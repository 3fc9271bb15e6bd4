import { messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import { deepFreeze } from '../json/deep-freeze';
import { compileSchema, type Validator } from '../schema/compile-schema';
import { described } from './described';
import type { RegistrationReader } from './registration-reader';

/** A schema as it was when it was first read, and what validates by it. */
export interface ReadSchema {
  readonly json: object;
  readonly validate: Validator;
}

const DRAFT_7: readonly unknown[] = [
  'http://json-schema.org/draft-07/schema#',
  'http://json-schema.org/draft-07/schema',
];

/** By what was read, so that several registries compile a schema once. */
const copies = new WeakMap<object, object>();

/**
 * Reads the schema that a registration's options hold under `part`.
 *
 * @throws PluginError `PLUGIN_SCHEMA_INVALID`, or `PLUGIN_REGISTRATION_INVALID` where the option throws
 */
export function readSchema(options: object, part: 'credentials' | 'init', reader: RegistrationReader): ReadSchema {
  const { plugin, className } = reader;
  const refuse = (why: string, cause?: unknown): never => {
    throw new PluginError(`Plugin ${plugin}: the ${part} schema of ${className} is not valid: ${why}.`, {
      code: 'PLUGIN_SCHEMA_INVALID',
      plugin,
      cause,
    });
  };
  const attempt = <Result>(run: () => Result): Result => {
    try {
      return run();
    } catch (thrown) {
      return refuse(messageOf(thrown), thrown);
    }
  };
  const given = reader.read(part, () => (options as { [key in typeof part]?: { json?: unknown } | null })[part]?.json);
  if (typeof given !== 'object' || given === null) return refuse('it should be made by defineSchema({ … })');
  const json = attempt(() => copyOf(given));
  const unsupported = unsupportedIn(json);
  if (unsupported !== undefined) return refuse(unsupported);
  return { json, validate: attempt(() => compileSchema(json)) };
}

/** A schema is JSON, so a copy as JSON is a whole one, and nobody can change it any more. */
function copyOf(schema: object): object {
  const known = copies.get(schema);
  if (known !== undefined) return known;
  const copy = deepFreeze(JSON.parse(JSON.stringify(schema)) as object);
  copies.set(schema, copy);
  return copy;
}

/** What the validator would take, and then do something else than is meant. */
function unsupportedIn(json: { readonly $async?: unknown; readonly $schema?: unknown }): string | undefined {
  const { $async, $schema } = json;
  if ($async !== undefined && $async !== false) {
    return '"$async" is not supported: validation answers at once. Take it out';
  }
  if ($schema === undefined || DRAFT_7.includes($schema)) return undefined;
  return (
    `"$schema" is ${described($schema)}, and schemas are read as draft 7. Write it in draft 7, with ` +
    '"http://json-schema.org/draft-07/schema#" or without "$schema"'
  );
}
