import { compileSchema, dottedPath, PermanentError } from '@dest/core';
import type { ControlPing } from './control-protocol';
import type { HostControl } from './host-control';

/** What can be asked for over a control socket. */
export interface ControlMethods extends HostControl {
  ping(): Promise<ControlPing>;
}

const text = { type: 'string', minLength: 1 } as const;
const time = { type: 'number' } as const;

const lane = {
  type: 'object',
  properties: { destination: text, package: text, debug: { type: 'boolean' }, generation: { type: 'integer' } },
  required: ['destination', 'package', 'debug', 'generation'],
  additionalProperties: false,
} as const;

const filter = {
  type: 'object',
  properties: {
    ids: { type: 'array', items: text },
    destination: text,
    code: text,
    failedFrom: time,
    failedBefore: time,
  },
  additionalProperties: false,
} as const;

const page = {
  type: 'object',
  // So that no reply is larger than a host has room for.
  properties: { after: text, limit: { type: 'integer', minimum: 1, maximum: 1_000 } },
  required: ['limit'],
  additionalProperties: false,
} as const;

/** The parameters of each method, in the order of its arguments: the schema of each. */
export const CONTROL_PARAMETERS: Readonly<Record<keyof ControlMethods, Readonly<Record<string, object>>>> = {
  ping: {},
  lanes: {},
  resume: { destination: text },
  moveLane: { lane, destination: text },
  dropLane: { lane },
  listDeadLetters: { filter, page },
  countDeadLetters: { filter },
  showDeadLetter: { id: text },
  dropDeadLetters: { filter },
  replayDeadLetters: { filter },
  // An empty one is refused by the host, with a code that says so.
  forget: { profileId: { type: 'string' } },
  countQuarantined: {},
  reload: {},
};

const schemas = new Map(
  Object.entries(CONTROL_PARAMETERS).map(([method, properties]) => [
    method,
    { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  ]),
);

/**
 * Calls a method as a request says.
 *
 * @throws PermanentError `CONTROL_REQUEST_INVALID` where there is no such method or its parameters are wrong; what the
 *   method throws
 */
export async function callControl(control: ControlMethods, method: string, params: unknown): Promise<unknown> {
  const schema = schemas.get(method);
  if (schema === undefined) {
    throw invalid(`There is no method ${method.slice(0, 60)}. There are: ${[...schemas.keys()].join(', ')}.`);
  }
  const validated = compileSchema(schema)(params ?? {});
  if (!validated.valid) {
    const wrong = validated.issues.map(({ pointer, message }) => `${dottedPath('params', pointer)}: ${message}`);
    throw invalid(`${method} can't be called so: ${wrong.join('; ')}.`);
  }
  const given = validated.value as Readonly<Record<string, unknown>>;
  const values = Object.keys(schema.properties).map((name) => given[name]);
  return (control[method as keyof ControlMethods] as (...values: unknown[]) => Promise<unknown>)(...values);
}

function invalid(message: string): PermanentError {
  return new PermanentError(message, { code: 'CONTROL_REQUEST_INVALID' });
}
