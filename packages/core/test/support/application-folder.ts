import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Files by their path; objects are written as JSON. */
export type FileTree = Readonly<Record<string, string | object>>;

/** An application's folder with files, in which `@dest/core` can be required. Removed after the suite. */
export function applicationFolder(files: FileTree = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-')));
  folders.push(folder);
  mkdirSync(join(folder, 'node_modules/@dest'), { recursive: true });
  symlinkSync(join(__dirname, '../..'), join(folder, 'node_modules/@dest/core'));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: FileTree): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** The files of an installed plugin package. */
export function pluginPackage(name: string, code: string, manifest: object = {}): FileTree {
  return {
    [`node_modules/${name}/package.json`]: {
      name,
      version: '1.2.3',
      main: './index.js',
      dest: { api: 1 },
      ...manifest,
    },
    [`node_modules/${name}/index.js`]: code,
  };
}

/** Code of a CommonJS plugin that keeps what it is handed in `Class.received`. */
export function pluginCode(registeredName: string, body = ''): string {
  return `
    const { DestinationInterface, RegisterDestination, defineSchema } = require('@dest/core');
    const credentials = defineSchema({ type: 'object', properties: { key: { type: 'string' } }, additionalProperties: false });
    const init = defineSchema({ type: 'object', properties: { name: { type: 'string', default: 'none' } }, additionalProperties: false });
    class TestDestination extends DestinationInterface {
      static received = [];
      async dispatchEvent(data) { TestDestination.received.push(data); }
      async dispatchProfile(data) { TestDestination.received.push(data); }
      ${body}
    }
    RegisterDestination({ package: ${JSON.stringify(registeredName)}, title: 'Test', credentials, init })(TestDestination);
    module.exports = { TestDestination };
  `;
}
