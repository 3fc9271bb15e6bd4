import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

declare const type: unique symbol;

/** A JSON Schema (draft 7) that knows the TypeScript type of what it accepts. */
export interface Schema<T> {
  readonly json: object;
  readonly [type]?: (value: T) => T;
}

/** The TypeScript type that a schema accepts, defaults filled in. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

/**
 * Writes a schema once: the validation at run time, the TypeScript type and the form all come from it.
 * `writeOnly: true` marks a secret, which is never printed. Give every property a `title` or `description`.
 */
export function defineSchema<const S extends JSONSchema>(
  json: S,
): Schema<FromSchema<S, { keepDefaultedPropertiesOptional: false }>> {
  return { json: json as object };
}
