import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationFolder, type FileTree } from '../../../../packages/core/test/support/application-folder';

/** A configuration in a file, in a folder of its own that is removed after the suite. */
export interface ConfigFile {
  readonly folder: string;
  readonly path: string;
  /** Writes another configuration in its place; an object gets `version`, and an outbox in memory where it has none. */
  write(configuration: object | string): void;
}

export function configFile(configuration: object | string, files: FileTree = {}): ConfigFile {
  const folder = applicationFolder(files);
  const path = join(folder, 'dest.json');
  const write: ConfigFile['write'] = (content) => {
    const text =
      typeof content === 'string' ? content : JSON.stringify({ version: 1, outbox: { type: 'memory' }, ...content });
    writeFileSync(path, text);
  };
  write(configuration);
  return { folder, path, write };
}
