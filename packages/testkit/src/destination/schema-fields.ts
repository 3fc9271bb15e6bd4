import type { RegisteredType } from '@dest/core';

export type SchemaNode = Readonly<Record<string, unknown>>;

/** One property that a schema names. */
export interface SchemaField {
  /** `tls.clientKey`, `items[].name` */
  readonly path: string;
  readonly name: string;
  readonly schema: SchemaNode;
}

/** Keywords whose schemas are about the same place. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'then', 'else'];

/** Every property that a schema describes, those of properties too; what only narrows (`if`, `not`, `dependencies`) is left out. */
export function fieldsOf(schema: unknown, path = ''): readonly SchemaField[] {
  if (!isNode(schema)) return [];
  const own = Object.entries(nodeOf(schema['properties'])).flatMap(([name, property]) => {
    if (!isNode(property)) return [];
    const place = path === '' ? name : `${path}.${name}`;
    return [{ path: place, name, schema: property }, ...fieldsOf(property, place)];
  });
  const items = [schema['items']].flat().flatMap((item) => fieldsOf(item, `${path}[]`));
  const others = fieldsOf(schema['additionalProperties'], `${path}.*`);
  const inPlace = IN_PLACE.flatMap((keyword) => [schema[keyword]].flat().flatMap((part) => refinements(part, path)));
  return [...own, ...items, ...others, ...inPlace];
}

/** What a branch says only to narrow a property, without a type of its own, is none of its fields. */
function refinements(part: unknown, path: string): readonly SchemaField[] {
  return fieldsOf(part, path).filter(
    ({ schema }) => schema['type'] !== undefined || schema['properties'] !== undefined,
  );
}

/** Whether anything in the schemas of a type is marked as a secret. */
export function hasSecrets({ schemas }: RegisteredType): boolean {
  return JSON.stringify(schemas).includes('"writeOnly":true');
}

export function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function nodeOf(value: unknown): SchemaNode {
  return isNode(value) ? value : {};
}

/** The places of a value with their JSON pointers, those of its members too. */
export function placesOf(value: unknown, pointer = ''): readonly (readonly [pointer: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null) return [[pointer, value]];
  const members = Object.entries(value).flatMap(([key, member]) =>
    placesOf(member, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return [[pointer, value], ...members];
}
