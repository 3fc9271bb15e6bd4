import { ConfigurationError, findPackage, messageOf, PluginError, readPackageManifest } from '@dest/core';
import { recordPlugin, type RecordedPlugin, type RecordedText } from '@dest/host';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeSeen, installScripts } from '../add/describe-seen';
import { findProject } from '../add/find-project';
import { installPackage } from '../add/install-package';
import { lookAtFolder, lookAtSource, type SeenPackage } from '../add/look-at-source';
import { otherManager } from '../add/other-manager';
import { readPackageSource, type PackageSource } from '../add/package-source';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT, type ExitCode } from '../exit-codes';
import { confirm } from '../operator/confirm';
import { oneLine, printable } from '../output/printable';

export interface AddOptions extends GlobalOptions {
  /** False: it is installed already. */
  readonly install: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** How much is shown of a name or a version. */
const LENGTH = 100;

/** What became of the package. */
type Status = 'added' | 'range' | 'none' | 'dry-run' | 'declined';

/**
 * `dest add <package>`: shows what a plugin package declares, installs it with scripts off, and lists it in the configuration.
 * Nothing of it is run.
 */
export async function add(context: CommandContext, wanted: string, options: AddOptions): Promise<ExitCode> {
  const { console } = context;
  const { config, dryRun, install, json, yes } = options;
  const source = await readPackageSource(wanted);
  const from = dirname(resolve(config));
  const text = await readText(config);
  const project = findProject(from);
  if (install) await requireNpm(project, wanted);
  const seen = await look(context, source, wanted, { project, from, install }).catch((error: unknown) => {
    if (context.interruption.signal !== undefined) return undefined;
    throw error;
  });
  if (seen === undefined) return interrupted(context);
  const { name, version } = seen.installed.manifest;
  // Before anything is changed: whether it can be listed.
  recordPlugin(text, { package: name, range: `^${version}` }, config);
  if (!json) await console.print(describeSeen(seen, console.colors));
  for (const { code, message } of seen.warnings) {
    console.note(`${console.noteColors.yellow(code)} ${printable(message)}`);
  }
  const report = async (status: Status, range: string | null): Promise<void> => {
    if (json) await console.printJson({ status, range, config, project, ...jsonOf(seen) });
  };
  if (dryRun) {
    await report('dry-run', null);
    console.note('Nothing was changed.');
    return EXIT.done;
  }
  if (!(await confirm(context, `Add ${name} ${version} to ${config}?`, yes))) {
    await report('declined', null);
    console.note('Nothing was added.');
    return EXIT.failed;
  }
  if (install && !(await installPackage(context, { project, from, source, seen }))) {
    return interrupted(context);
  }
  const plugin = { package: name, range: await rangeOf(name, version, project) };
  const { change } = await record(config, plugin);
  await report(change, plugin.range);
  if (!json) await console.print(describeOutcome(change, plugin, config, seen, console.colors));
  return EXIT.done;
}

function interrupted({ console, interruption: { signal } }: CommandContext): ExitCode {
  console.note('Nothing was added.');
  return signal === undefined ? EXIT.failed : EXIT[signal];
}

async function look(
  context: CommandContext,
  source: PackageSource,
  wanted: string,
  { project, from, install }: { readonly project: string; readonly from: string; readonly install: boolean },
): Promise<SeenPackage> {
  if (install) {
    const seen = await lookAtSource(context, source, wanted, project);
    if (source.kind !== 'registry' || seen.installed.manifest.name === source.name) return seen;
    throw new PluginError(`What the registry has as ${source.name} calls itself ${seen.installed.manifest.name}.`, {
      code: 'PLUGIN_PACKAGE_UNREADABLE',
      plugin: source.name,
    });
  }
  if (source.kind !== 'registry') {
    throw new ConfigurationError(
      '--no-install takes the name of a package that is installed. List a folder by its path.',
      {
        code: 'PACKAGE_SOURCE_INVALID',
      },
    );
  }
  const found = await findPackage(source.name, from);
  if (found !== undefined) return lookAtFolder(wanted, found.folder);
  throw new PluginError(`Plugin ${source.name} is not installed: no such package can be found from ${from}.`, {
    code: 'PLUGIN_NOT_INSTALLED',
    plugin: source.name,
  });
}

async function requireNpm(project: string, wanted: string): Promise<void> {
  const manager = await otherManager(project);
  if (manager === undefined) return;
  throw new ConfigurationError(
    `${project} is kept by ${manager.name} (${manager.toldBy}), and this installs with npm. Install it there with ` +
      `${manager.name} add ${wanted}, its scripts off, and then list it by its name with dest add --no-install.`,
    { code: 'PACKAGE_MANAGER_UNSUPPORTED' },
  );
}

async function readText(config: string): Promise<string> {
  try {
    return await readFile(config, 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing
      ? `There is no file ${config}. Make one with dest init, or name yours with --config.`
      : `The file ${config} can't be read: ${messageOf(cause)}.`;
    throw new ConfigurationError(message, { code: 'CONFIGURATION_UNREADABLE', cause });
  }
}

/** Reads it again: somebody may have changed it while npm was at work. */
async function record(config: string, plugin: RecordedPlugin): Promise<RecordedText> {
  const recorded = recordPlugin(await readText(config), plugin, config);
  try {
    if (recorded.change !== 'none') await writeFile(config, recorded.text);
    return recorded;
  } catch (cause) {
    throw new ConfigurationError(
      `${plugin.package} is installed, and ${config} can't be written: ${messageOf(cause)}. Add it to its plugins by hand.`,
      { code: 'CONFIGURATION_NOT_WRITABLE', cause },
    );
  }
}

/** The range that npm keeps to, where that is one of versions; else what npm would have written. */
async function rangeOf(name: string, version: string, project: string): Promise<string> {
  const manifest = await readPackageManifest(join(project, 'package.json')).catch(() => undefined);
  const saved = manifest?.dependencies?.[name];
  return saved !== undefined && /^[\^~]?\d+\.\d+\.\d+/.test(saved) ? saved : `^${version}`;
}

function jsonOf(seen: SeenPackage): object {
  const { installed, manifest, scorecard, warnings } = seen;
  const { name, version } = installed.manifest;
  return {
    package: name,
    version,
    types: manifest?.types ?? null,
    hosts: manifest?.hosts ?? null,
    native: manifest?.native ?? [],
    scorecard: scorecard ?? null,
    scripts: installScripts(seen),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  };
}

function describeOutcome(
  change: RecordedText['change'],
  plugin: RecordedPlugin,
  config: string,
  seen: SeenPackage,
  colors: CommandContext['console']['colors'],
): string {
  const [name, range] = [oneLine(plugin.package, LENGTH), oneLine(plugin.range, LENGTH)];
  const done = {
    added: `${name} ${range} is listed in ${config}`,
    range: `${name} was listed in ${config}, now as ${range}`,
    none: `${name} ${range} was listed in ${config} already`,
  }[change];
  const native = (seen.manifest?.native ?? []).map((part) => oneLine(part, LENGTH));
  const steps = [
    ...(native.length === 0
      ? []
      : [`npm rebuild ${native.join(' ')} --ignore-scripts=false   # where you use its native part, and trust it`]),
    'dest plugins --import',
    'dest doctor',
  ];
  return `${colors.green('✔')} ${done}\n\nNext:\n${steps.map((step) => `  ${colors.cyan(step)}`).join('\n')}`;
}
