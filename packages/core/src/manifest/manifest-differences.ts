import { described } from '../registry/described';
import { dottedPath } from '../schema/schema-issue';
import type { ManifestType, PluginManifest } from './plugin-manifest';

export interface DifferencesOptions {
  /**
   * Also the forms: for the one who writes a manifest. They follow from the schemas, and another version of core may derive
   * other ones.
   */
  readonly forms?: boolean;
}

/**
 * What a manifest says otherwise than the package it is of: a text for each difference. Members that this core doesn't know
 * are no difference.
 *
 * @param actual - the manifest as it would be made now; without types where those are not known
 */
export function manifestDifferences(
  manifest: PluginManifest,
  actual: Omit<PluginManifest, 'types'> & { readonly types?: readonly ManifestType[] },
  { forms = false }: DifferencesOptions = {},
): readonly string[] {
  const differences: string[] = [];
  const compare = (found: unknown, expected: unknown, path: string): void => {
    const members = membersOf(found, expected);
    if (members !== undefined) {
      for (const [key, one, other] of members) compare(one, other, `${path}/${key}`);
    } else if (found !== expected) {
      const name = dottedPath('', path);
      differences.push(`${name} is ${saidOf(found)} there, and ${saidOf(expected)} in the package`);
    }
  };
  for (const key of ['package', 'version', 'description', 'api', 'requires', 'hosts', 'native'] as const) {
    compare(manifest[key], actual[key], `/${key}`);
  }
  if (actual.types === undefined) return differences;
  const described = new Map(manifest.types.map((type) => [type.package, type]));
  for (const type of actual.types) {
    const found = described.get(type.package);
    described.delete(type.package);
    if (found === undefined) differences.push(`it lacks ${type.package}, which the package registers`);
    else
      for (const [part, one, other] of partsOf(found, type, forms))
        compare(one, other, `/${escaped(type.package)}/${part}`);
  }
  for (const name of described.keys()) differences.push(`it has ${name}, which the package doesn't register`);
  return differences;
}

/** What is compared of two types: members that this core knows. */
function partsOf(found: ManifestType, actual: ManifestType, forms: boolean): readonly [string, unknown, unknown][] {
  const keys = ['kind', 'title', 'description', 'tags', 'missing', 'schemas'] as const;
  const capabilities = Object.keys(actual.capabilities) as (keyof ManifestType['capabilities'])[];
  return [
    ...keys.map((key): [string, unknown, unknown] => [key, found[key], actual[key]]),
    ...capabilities.map((key): [string, unknown, unknown] => [
      `capabilities/${key}`,
      found.capabilities[key],
      actual.capabilities[key],
    ]),
    ...(forms ? [['forms', found.forms, actual.forms] satisfies [string, unknown, unknown]] : []),
  ];
}

/** The members of two objects, or of two lists, side by side; undefined where they are not both of one. */
function membersOf(found: unknown, expected: unknown): readonly [string, unknown, unknown][] | undefined {
  if (!isObject(found) || !isObject(expected) || Array.isArray(found) !== Array.isArray(expected)) return undefined;
  const keys = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...keys].map((key) => [escaped(key), ownOf(found, key), ownOf(expected, key)]);
}

function ownOf(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function saidOf(value: unknown): string {
  if (value === undefined) return 'not';
  return isObject(value)
    ? JSON.stringify(value).length > 80
      ? 'something else'
      : JSON.stringify(value)
    : described(value);
}
