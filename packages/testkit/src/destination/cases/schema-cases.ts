import { compileSchema, DestinationRegistry, isSecret, type InstanceIssue, type RegisteredType } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';
import { findTraces } from '../secret-traces';
import { fieldsOf, nodeOf, placesOf, type SchemaField } from '../schema-fields';

const { tried } = casesOf('schema');

type Part = 'credentials' | 'init';

/** Names of fields that hold secrets; `tokenUrl` is an address. */
const SECRET_NAME =
  /(password|passwd|passphrase|secret|token|credential|api_?key|access_?key|private_?key|client_?key|signing_?key|bearer)(?!_?ur[il]$)/i;

/** Whoever takes any JSON says so by all of them. */
const ALL_TYPES = ['string', 'number', 'boolean', 'null', 'array', 'object'];

/** One of each type that JSON has. */
const OF_ALL_TYPES = ['text', 1.5, true, null, ['list'], { object: 1 }];

/** Credentials and parameters. */
export const schemaCases: readonly DestinationCase[] = [
  tried('credentials and parameters that are right are accepted', async (trial) => {
    for (const debug of [false, true]) {
      const creation = trial.creation({ debug });
      expectEqual(messages(registryOf(trial).validate(creation)), [], `what is said of the kit's, debug ${debug}`);
    }
  }),
  tried('what is required and missing is refused, by its name', async (trial) => {
    for (const part of partsOf(trial)) {
      const { required } = nodeOf(trial.registered.schemas[part]) as { readonly required?: readonly string[] };
      for (const name of required ?? []) {
        const { [name]: _missing, ...rest } = valueOf(trial, part);
        expectIssue(trial, part, rest, name, `${part} without ${name}`);
      }
    }
  }),
  tried('a field that is not known is refused, so that a slip is an error', async (trial) => {
    for (const part of partsOf(trial)) {
      const slip = 'notAFieldOfThisSchema';
      expectIssue(trial, part, { ...valueOf(trial, part), [slip]: 1 }, slip, `${part} with a field ${slip}`);
    }
  }),
  tried('a value of another type is refused, by its name', async (trial) => {
    for (const part of partsOf(trial)) {
      const value = valueOf(trial, part);
      for (const [name, schema] of Object.entries(nodeOf(nodeOf(trial.registered.schemas[part])['properties']))) {
        if (ALL_TYPES.every((type) => [nodeOf(schema)['type']].flat().includes(type))) continue;
        const isRefused = OF_ALL_TYPES.some(
          (wrong) => issuesOf(trial, part, { ...value, [name]: wrong }, name).length > 0,
        );
        expectThat(
          isRefused,
          `${part}.${name} has a type: there is something that it can not be; one of any JSON has all six as its type`,
        );
      }
    }
  }),
  tried('defaults are valid, and an instance has them', async (trial) => {
    for (const { path, schema } of allFields(trial.registered)) {
      if (!('default' in schema)) continue;
      expectValid(schema, schema['default'], `the default of ${path}`);
    }
    const { init } = trial.create().destination;
    const properties = nodeOf(nodeOf(trial.registered.schemas.init)['properties']);
    for (const [name, schema] of Object.entries(properties)) {
      if (!('default' in nodeOf(schema)) || name in trial.site.init) continue;
      expectEqual(nodeOf(init)[name], nodeOf(schema)['default'], `init.${name} of an instance, by default`);
    }
  }),
  tried('secrets are marked as writeOnly', async (trial) => {
    const { publicFields = [] } = trial.subject.kit;
    const { schemas } = trial.registered;
    for (const part of ['credentials', 'init'] as const) {
      for (const { path, name, schema } of fieldsOf(schemas[part])) {
        const holdsText = schema['type'] === undefined || [schema['type']].flat().includes('string');
        if (!holdsText || !SECRET_NAME.test(name) || publicFields.includes(path)) continue;
        const what = `${part}.${path} reads like a secret and is marked with writeOnly: true`;
        expectThat(schema['writeOnly'] === true, `${what}; or the kit has it in publicFields`);
      }
      for (const [pointer, value] of placesOf(valueOf(trial, part))) {
        if (typeof value !== 'string' || findTraces(value, [trial.site.place.secret]).length === 0) continue;
        const what = `${part}${pointer} holds the secret of the kit, and is marked with writeOnly: true`;
        expectThat(isSecret(schemas[part], pointer), what);
      }
    }
  }),
  tried('every field has a description', async (trial) => {
    const bare = allFields(trial.registered).filter(({ schema }) => !isText(schema['description']));
    expectEqual(
      bare.map(({ path }) => path),
      [],
      'the list of fields without a description',
    );
  }),
  tried('examples are valid', async (trial) => {
    for (const { path, schema } of allFields(trial.registered)) {
      for (const example of [schema['examples'] ?? []].flat(1)) expectValid(schema, example, `an example of ${path}`);
    }
  }),
];

function partsOf(trial: DestinationTrial): readonly Part[] {
  return trial.site.credentials === undefined ? ['init'] : ['credentials', 'init'];
}

function valueOf(trial: DestinationTrial, part: Part): object & Readonly<Record<string, unknown>> {
  return (part === 'init' ? trial.site.init : (trial.site.credentials ?? {})) as Readonly<Record<string, unknown>>;
}

function allFields({ schemas }: RegisteredType): readonly SchemaField[] {
  const named = (part: Part): readonly SchemaField[] =>
    fieldsOf(schemas[part]).map((field) => ({ ...field, path: `${part}.${field.path}` }));
  return [...named('credentials'), ...named('init')];
}

function registryOf(trial: DestinationTrial): DestinationRegistry {
  const registry = new DestinationRegistry(trial.host);
  registry.register(trial.subject.Class);
  return registry;
}

/** What a registry says of a value, with the name of what is wrong with it. */
function issuesOf(trial: DestinationTrial, part: Part, value: unknown, name: string): readonly InstanceIssue[] {
  const { destination, resource, debug } = trial.creation();
  const issues = registryOf(trial).validate(
    part === 'init'
      ? { debug, resource, destination: { ...destination, init: value } }
      : { debug, resource: { ...resource!, credentials: { production: value } }, destination },
  );
  return issues.filter((issue) => issue.part === part && `${issue.pointer} ${issue.message}`.includes(name));
}

function expectIssue(trial: DestinationTrial, part: Part, value: unknown, name: string, what: string): void {
  expectThat(issuesOf(trial, part, value, name).length > 0, `${what} is refused, with its name`);
}

function messages(issues: readonly InstanceIssue[]): readonly string[] {
  return issues.map(({ message }) => message);
}

function expectValid(schema: object, value: unknown, what: string): void {
  const { default: _default, ...rest } = schema as { readonly default?: unknown };
  // What it refers to is not in it.
  if (JSON.stringify(rest).includes('"$ref"')) return;
  const result = compileSchema(rest)(value);
  const said = result.valid ? '' : result.issues.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  expectThat(result.valid, `${what} is valid by its own schema; it ${said.trim()}`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
