import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ACME_CODE, ACME_MANIFEST } from './acme-plugin';
import { runDest, type Outcome, type RunDestOptions } from './run-dest';

/** What `dest manifest` writes for the package of `ACME_MANIFEST`, but for what changes with its package.json. */
const DESCRIBED = {
  manifest: 1,
  types: [
    {
      kind: 'destination',
      package: 'acme',
      title: 'Acme',
      description: '',
      tags: [],
      missing: 'null',
      capabilities: { batches: false, orderedBatches: false, check: false, forgetProfile: false },
      schemas: { credentials: { type: 'object' }, init: { type: 'object' } },
      forms: { credentials: [], init: [] },
    },
  ],
};

/** A folder of an application into which npm may install, with a folder of packages beside it. */
export interface Project {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | object): string;
  read(name: string): string;
  exists(name: string): boolean;
  /** Writes a plugin package beside the application; returns its folder. */
  package(version: string, more?: object): string;
  /** Packs it; returns the file. */
  pack(folder: string): Promise<string>;
  /** Runs `dest add` by the project's `dest.yaml`. */
  add(words: readonly string[], options?: RunDestOptions): Promise<Outcome>;
  environment: Record<string, string>;
  remove(): void;
}

export const CONFIGURATION = '# shop\nversion: 1\n\nplugins:\n  - ./own.js   # ours\n\ndebug:  false\n';
export const PACKAGE = '{\n    "name": "shop",\n    "private": true\n}\n';

export function createProject(): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dest-add-test-')));
  const folder = join(root, 'shop');
  const path = (name: string): string => join(folder, name);
  const writeTo = (file: string, content: string | object): string => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return file;
  };
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    npm_config_offline: 'true',
    npm_config_cache: join(root, 'cache'),
    npm_config_update_notifier: 'false',
  };
  const project: Project = {
    folder,
    path,
    environment,
    write: (name, content) => writeTo(path(name), content),
    read: (name) => readFileSync(path(name), 'utf8'),
    exists: (name) => existsSync(path(name)),
    package(version, more = {}) {
      const own = join(root, `acme-${version}`);
      // npm would fetch core, which no test has.
      const manifest = { ...ACME_MANIFEST, peerDependencies: {}, version, ...more };
      writeTo(join(own, 'package.json'), manifest);
      writeTo(join(own, 'index.js'), ACME_CODE);
      const { name, description, dest } = manifest;
      const hosts = (dest as typeof dest | undefined)?.hosts;
      const declared = { package: name, version, description, api: 1, requires: {}, hosts, native: [] };
      writeTo(join(own, 'dest.manifest.json'), { ...DESCRIBED, ...declared });
      return own;
    },
    async pack(own) {
      const env = { ...process.env, ...environment };
      const { stdout } = await promisify(execFile)('npm', ['pack', '--silent', '--pack-destination', root], {
        cwd: own,
        env,
      });
      return join(root, stdout.trim());
    },
    add: (words, options = {}) => runDest(['add', ...words, '-c', path('dest.yaml')], { environment, ...options }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  project.write('package.json', PACKAGE);
  project.write('dest.yaml', CONFIGURATION);
  return project;
}

/** Puts a program called npm before the real one. @param script - what it does, as shell; `$REAL` is the real one */
export function replaceNpm(project: Project, script: string): void {
  const [real] = (process.env['PATH'] ?? '')
    .split(':')
    .map((each) => join(each, 'npm'))
    .filter(existsSync);
  const file = project.write('bin/npm', `#!/bin/sh\nREAL=${real!}\n${script}\n`);
  rmSync(file);
  writeFileSync(file, `#!/bin/sh\nREAL=${real!}\n${script}\n`, { mode: 0o755 });
  project.environment['PATH'] = `${dirname(file)}:${project.environment['PATH']!}`;
}
