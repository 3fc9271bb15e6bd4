import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT, type ExitCode } from '../exit-codes';
import { writeStarter } from '../init/write-starter';

export interface InitOptions extends GlobalOptions {
  readonly force: boolean;
}

/** `dest init [folder]`: files to begin with, which work as they stand. */
export async function init(
  { console }: CommandContext,
  folder: string | undefined,
  options: InitOptions,
): Promise<ExitCode> {
  const target = resolve(folder ?? '.');
  const written = await writeStarter(target, options.force);
  const missing = ['@dest/cli', '@dest/host', '@dest/file'].filter((name) => !isInstalled(name, target));
  if (options.json) {
    await console.printJson({ folder: target, written, toInstall: missing });
    return EXIT.done;
  }
  const { colors } = console;
  const shown = folder ?? '.';
  for (const name of written) await console.print(`${colors.green('✔')} ${join(shown, name)}`);
  const steps = [
    ...(shown === '.' ? [] : [`cd ${shown}`]),
    ...(missing.length === 0 ? [] : [`npm install @dest/core ${missing.join(' ')}`]),
    'npx dest validate',
    'npx dest explain events.ndjson',
    'npx dest send events.ndjson',
  ];
  await console.print(`\nNext:\n${steps.map((step) => `  ${colors.cyan(step)}`).join('\n')}`);
  return EXIT.done;
}

function isInstalled(name: string, folder: string): boolean {
  try {
    createRequire(join(folder, 'package.json')).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
