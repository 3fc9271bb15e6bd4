import type { Workspace } from './workspace';

/** A plugin package that leaves a file `was-run` where its code was run. */
export const ACME_CODE = `
require('node:fs').writeFileSync(require('node:path').join(__dirname, 'was-run'), '');
const { DestinationInterface, RegisterDestination, defineSchema } = require('@dest/core');
const credentials = defineSchema({ type: 'object', properties: { host: { type: 'string' } }, additionalProperties: false });
const init = defineSchema({ type: 'object', additionalProperties: false });
class Acme extends DestinationInterface {
  async dispatchEvent() {}
  async dispatchProfile() {}
}
RegisterDestination({ package: 'acme', title: 'Acme', credentials, init })(Acme);
module.exports = { Acme };
`;

export const ACME_MANIFEST = {
  name: 'acme',
  version: '1.2.3',
  description: 'Acme things',
  main: './index.js',
  files: ['index.js', 'dest.manifest.json'],
  dest: { api: 1, hosts: ['{credentials.host}'] },
  peerDependencies: { '@dest/core': '>=0.1.0 <1' },
};

/** Writes the package into a folder of the workspace. */
export function writeAcme(workspace: Workspace, folder: string, more: object = {}): string {
  workspace.write(`${folder}/index.js`, ACME_CODE);
  workspace.write(`${folder}/package.json`, JSON.stringify({ ...ACME_MANIFEST, ...more }, null, 2));
  return workspace.path(folder);
}
