import { ConfigurationError } from '@dest/core';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSchema } from './find-schema';
import { IGNORED, starterFiles } from './starter-files';

/**
 * Writes the files of a new application into a folder, which is made where it is not there. Lines that `.gitignore` lacks
 * are added to it.
 *
 * @param force - overwrite files that are there
 * @returns the names of the files that were written
 * @throws ConfigurationError `FILE_EXISTS`, having written nothing
 */
export async function writeStarter(folder: string, force: boolean): Promise<readonly string[]> {
  const files = starterFiles(findSchema(folder));
  const present = files.map(({ name }) => name).filter((name) => existsSync(join(folder, name)));
  if (present.length > 0 && !force) {
    throw new ConfigurationError(
      `${present.join(' and ')} ${present.length > 1 ? 'are' : 'is'} in ${folder} already. Choose another folder, or overwrite with --force.`,
      { code: 'FILE_EXISTS' },
    );
  }
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, content } of files) await writeFile(join(folder, name), content);
    const ignoring = await addIgnored(join(folder, '.gitignore'));
    return [...files.map(({ name }) => name), ...(ignoring ? ['.gitignore'] : [])];
  } catch (cause) {
    throw new ConfigurationError(`The files can't be written into ${folder}: ${(cause as Error).message}.`, {
      code: 'FOLDER_NOT_WRITABLE',
      cause,
    });
  }
}

async function addIgnored(file: string): Promise<boolean> {
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  const lines = text.split(/\r?\n/);
  const missing = IGNORED.filter((line) => !lines.includes(line));
  if (missing.length === 0) return false;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  await writeFile(file, `${text}${separator}${missing.join('\n')}\n`);
  return true;
}
