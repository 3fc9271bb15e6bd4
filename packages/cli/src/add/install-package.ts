import { findPackage, messageOf, PluginError } from '@dest/core';
import type { CommandContext } from '../command-context';
import { startActivity } from '../output/start-activity';
import { lookAtFolder, type SeenPackage } from './look-at-source';
import { runNpm } from './npm';
import type { PackageSource } from './package-source';
import { ProjectFiles } from './project-files';

export interface InstallPackageOptions {
  /** The folder that npm installs into. */
  readonly project: string;
  /** The folder from which the package has to be found. */
  readonly from: string;
  readonly source: PackageSource;
  readonly seen: SeenPackage;
}

/**
 * Installs a package, its scripts and those of what it depends on off, and looks at it again where it lies. Where that isn't
 * what was seen before, or a signal ends the command, the project is put back as it was.
 *
 * @returns false where a signal ended it
 * @throws PluginError `PLUGIN_INSTALL_FAILED`, or what is wrong with what is installed
 */
export async function installPackage(
  context: CommandContext,
  { project, from, source, seen }: InstallPackageOptions,
): Promise<boolean> {
  const { name, version } = seen.installed.manifest;
  const before = await ProjectFiles.read(project).catch((cause: unknown) => {
    throw failed(
      name,
      `${name} ${version} isn't installed, since it could not be put back: ${messageOf(cause)}.`,
      cause,
    );
  });
  const undo = async (): Promise<void> => {
    const end = startActivity(context.console, 'Putting everything back');
    try {
      await putBack(context, project, name, before);
    } finally {
      end();
    }
  };
  const specification = source.kind === 'registry' ? `${name}@${version}` : source.path;
  // A folder is copied, as it would be when it is published: what is linked finds neither core nor the application.
  const words = [
    'install',
    specification,
    '--save-exact=false',
    ...(source.kind === 'folder' ? ['--install-links'] : []),
  ];
  const end = startActivity(context.console, `Installing ${name} ${version}, scripts off`);
  const { ok, said } = await runNpm(context, project, words).finally(end);
  if (context.interruption.signal !== undefined) {
    await undo();
    return false;
  }
  if (!ok) {
    // npm has put back what it had begun.
    throw failed(name, `${name} ${version} can't be installed into ${project}. npm says:\n${said}`);
  }
  try {
    await check(name, version, from);
  } catch (error) {
    const failure = await undo().then(
      () => undefined,
      (undoing: unknown) => undoing,
    );
    if (failure === undefined) throw error;
    throw failed(
      name,
      `${messageOf(error)} It is installed in ${project} and could not be taken out again (${messageOf(failure)}): do so with npm uninstall ${name}.`,
      error,
    );
  }
  return true;
}

async function check(name: string, version: string, from: string): Promise<void> {
  const found = await findPackage(name, from);
  if (found === undefined) throw failed(name, `${name} was installed, and can't be found from ${from}.`);
  const { installed } = await lookAtFolder(name, found.folder);
  if (installed.manifest.version === version) return;
  throw failed(
    name,
    `${name} ${version} was installed, and what is found from ${from} is ${installed.manifest.version} in ${found.folder}. Remove that one, and try again.`,
  );
}

/** A package that was there before is installed as it was; one that wasn't is taken out. */
async function putBack(context: CommandContext, project: string, name: string, before: ProjectFiles): Promise<void> {
  const wasThere = before.hadDependency(name);
  if (wasThere) await before.restore();
  const { ok, said } = await runNpm(context, project, wasThere ? ['install'] : ['uninstall', name]);
  await before.restore();
  if (!ok) throw failed(name, `npm says: ${said}`);
}

function failed(plugin: string, message: string, cause?: unknown): PluginError {
  return new PluginError(message, { code: 'PLUGIN_INSTALL_FAILED', plugin, cause });
}
