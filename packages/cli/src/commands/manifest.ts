import { MANIFEST_FILE } from '@dest/core';
import { rename, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT, type ExitCode } from '../exit-codes';
import { describePackage, type DescribedPackage } from '../manifest/describe-package';
import { isPublished } from '../manifest/is-published';
import { count } from '../output/count';
import { indent } from '../output/indent';
import { printable } from '../output/printable';

export interface ManifestOptions extends GlobalOptions {
  readonly check: boolean;
}

/** `dest manifest [folder]`: writes what describes a plugin package without its code being run; with `--check` only compares. */
export async function manifest(
  { console, faults }: CommandContext,
  folder: string | undefined,
  { check, json }: ManifestOptions,
): Promise<ExitCode> {
  const target = resolve(folder ?? '.');
  faults.watch({ plugins: [{ specification: target }], configuration: { folder: target } }, console);
  const described = await describePackage(target);
  const { installed, differences } = described;
  const isCurrent = differences.length === 0;
  const file = join(installed.folder, MANIFEST_FILE);
  if (!isCurrent && !check) await write(file, described);
  if (!isPublished(installed, MANIFEST_FILE)) {
    console.note(
      `${console.noteColors.yellow('warning:')} the "files" of package.json leave ${MANIFEST_FILE} out: it would not be published. Add it.`,
    );
  }
  const drifted = !isCurrent && check;
  const exitCode = drifted ? EXIT.failed : EXIT.done;
  if (json) {
    const { package: name, version, types } = described.manifest;
    const status = isCurrent ? 'current' : check ? 'drifted' : 'written';
    const names = types.map((type) => type.package);
    await console.printJson({ package: name, version, file, status, types: names, differences });
    return exitCode;
  }
  const { colors } = console;
  const shown = relative(process.cwd(), file) || file;
  const what = `${described.manifest.package} ${described.manifest.version}, ${count(described.manifest.types.length, 'type')}`;
  if (drifted) {
    await console.print(`${colors.red('✘')} ${shown} does not describe ${what}:`);
    for (const difference of differences) await console.print(indent(printable(difference), 4));
    await console.print(`Write it anew with dest manifest${folder === undefined ? '' : ` ${folder}`}.`);
  } else {
    await console.print(`${colors.green('✔')} ${shown} ${isCurrent ? 'is up to date' : 'written'}: ${what}`);
  }
  return exitCode;
}

/** Whole or not at all: others may read it meanwhile. */
async function write(file: string, { manifest: content }: DescribedPackage): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`);
  await rename(temporary, file);
}
