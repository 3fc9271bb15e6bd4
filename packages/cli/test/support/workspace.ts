import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DOUBLE_PLUGIN } from './double-plugin';

const MODULES = resolve(__dirname, '..', '..', '..', '..', 'node_modules', '@dest');

/** A folder of an application in which the packages of this repository are installed. */
export interface Workspace {
  readonly folder: string;
  /** Absolute path of a file in it. */
  path(name: string): string;
  write(name: string, content: string): string;
  read(name: string): string;
  /** The lines of a file, read as JSON. */
  lines(name: string): unknown[];
  exists(name: string): boolean;
  remove(): void;
}

export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'dest-cli-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(MODULES, join(folder, 'node_modules', '@dest'));
  const path = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  const write = (name: string, content: string): string => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
    return path(name);
  };
  write('double.cjs', DOUBLE_PLUGIN);
  return {
    folder,
    path,
    write,
    read,
    lines: (name) =>
      read(name)
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    exists: (name) => existsSync(path(name)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** NDJSON of these values. */
export function ndjson(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
