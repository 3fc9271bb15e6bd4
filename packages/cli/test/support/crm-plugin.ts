import type { Workspace } from './workspace';

export interface CrmPluginOptions {
  /** What it hands to the other side as the key of an attempt. Default: the delivery's. */
  readonly key?: string;
  /** What it registers. Default: one destination of the package's name. */
  readonly types?: readonly string[];
  /** Default: one that has a kit for each type. */
  readonly conformance?: string;
  /** Of its package.json. Default: it names the module. */
  readonly dest?: object;
}

const plugin = (key: string, types: readonly string[]): string => `
const { DestinationInterface, HTTP, RegisterDestination, TransientError, defineSchema } = require('@dest/core');

class Crm extends DestinationInterface {
  constructor(debug, resource, destination, http) {
    super(debug, resource, destination);
    this.http = http;
  }
  dispatchEvent(data, profile, session, event, context) {
    return this.send(data, context);
  }
  dispatchProfile(data, profile, session, context) {
    return this.send(data, context);
  }
  async send(data, { signal, idempotencyKey, attempt }) {
    const headers = { authorization: this.credentials.token, 'idempotency-key': encodeURIComponent(${key}) };
    const response = await this.http(this.credentials.url, { method: 'POST', body: JSON.stringify(data), headers, signal });
    if (!response.ok) throw new TransientError('no', { code: 'CRM_NO' });
  }
}

const text = { type: 'string', description: 'A text.' };
const properties = { url: text, token: { ...text, writeOnly: true } };
const credentials = defineSchema({ type: 'object', properties, required: ['url'], additionalProperties: false });
const init = defineSchema({ type: 'object', additionalProperties: false });
for (const name of ${JSON.stringify(types)}) {
  exports[name] = class extends Crm {};
  RegisterDestination({ package: name, title: 'Acme CRM', credentials, init, inject: [HTTP] })(exports[name]);
}
`;

const conformanceOf = (types: readonly string[]): string => `
import { FakeHttpServer } from '@dest/testkit';

const kit = {
  start: () => FakeHttpServer.start(),
  credentials: ({ origin, secret }) => ({ url: origin, token: secret }),
  received: ({ taken }) =>
    taken.map(({ body, headers }) => ({ data: JSON.parse(body), idempotencyKey: decodeURIComponent(headers['idempotency-key']) })),
  cannot: { profiles: 'it knows no persons' },
};
const types = ${JSON.stringify(types)};
export const conformance = types.length === 1 ? kit : Object.fromEntries(types.map((name) => [name, kit]));
`;

/** Writes a plugin package into a folder of a workspace, and gives the folder. */
export function writeCrmPlugin(workspace: Workspace, folder: string, options: CrmPluginOptions = {}): string {
  const { key = 'idempotencyKey', types = ['@acme/crm'], dest = { conformance: './conformance.mjs' } } = options;
  const name = types[0]?.split('#', 1)[0];
  const manifest = { name, version: '1.2.0', main: './index.cjs', dest: { api: 1, ...dest } };
  workspace.write(`${folder}/package.json`, JSON.stringify(manifest));
  workspace.write(`${folder}/index.cjs`, plugin(key, types));
  workspace.write(`${folder}/conformance.mjs`, options.conformance ?? conformanceOf(types));
  return workspace.path(folder);
}
