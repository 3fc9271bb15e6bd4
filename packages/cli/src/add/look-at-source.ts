import {
  inspectPackage,
  messageOf,
  PluginError,
  readPackageManifest,
  type InspectedPlugin,
  type InstalledPackage,
} from '@dest/core';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CommandContext } from '../command-context';
import { startActivity } from '../output/start-activity';
import { runNpm } from './npm';
import type { PackageSource } from './package-source';
import { readScorecard, SCORECARD_FILE, type ClaimedScorecard } from './read-scorecard';
import { readTarball } from './read-tarball';

/** A plugin package of which nothing was run. */
export interface SeenPackage extends InspectedPlugin {
  readonly installed: InstalledPackage & { readonly manifest: { readonly name: string; readonly version: string } };
  /** How well it says that it does. */
  readonly scorecard?: ClaimedScorecard;
}

/** What is looked at of a package that is not installed. The copy of core may be one that it brings. */
const LOOKED_AT = ['package.json', 'dest.manifest.json', SCORECARD_FILE, 'node_modules/@dest/core/package.json'];

/**
 * Looks at a package before it is installed: checks that it is a plugin for this contract, Node and core.
 *
 * @param shown - what messages call it
 * @throws PluginError, as loading it would before it is imported; `PLUGIN_PACKAGE_UNREADABLE`, `PLUGIN_INSTALL_FAILED` where it
 *   can't be fetched
 */
export async function lookAtSource(
  context: CommandContext,
  source: PackageSource,
  shown: string,
  project: string,
): Promise<SeenPackage> {
  if (source.kind === 'folder') return lookAtFolder(shown, source.path);
  const folder = await mkdtemp(join(tmpdir(), 'dest-add-'));
  try {
    const file =
      source.kind === 'registry' ? await fetchPacked(context, source.specification, folder, project) : source.path;
    await unpack(shown, file, folder);
    return await lookAtFolder(shown, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same for a package in a folder. */
export async function lookAtFolder(shown: string, folder: string): Promise<SeenPackage> {
  const unreadable = (why: string, cause?: unknown): PluginError =>
    new PluginError(`${shown} is no package that can be read: ${why}.`, {
      code: 'PLUGIN_PACKAGE_UNREADABLE',
      plugin: shown,
      cause,
    });
  const manifest = await readPackageManifest(join(folder, 'package.json')).catch((cause: unknown) => {
    throw unreadable(messageOf(cause), cause);
  });
  const { name, version } = manifest ?? {};
  if (manifest === undefined) throw unreadable('it has no package.json');
  if (name === undefined || version === undefined) throw unreadable('its package.json has no name or no version');
  const inspected = await inspectPackage(name, { folder, manifest });
  const wrong = inspected.warnings.find(({ code }) => code === 'PLUGIN_DECLARATION_INVALID');
  if (wrong !== undefined) throw new PluginError(wrong.message, { code: wrong.code, plugin: name });
  const scorecard = await readScorecard(folder);
  const installed = { folder, manifest: { ...manifest, name, version } };
  return { ...inspected, installed, ...(scorecard === undefined ? {} : { scorecard }) };
}

async function fetchPacked(
  context: CommandContext,
  specification: string,
  folder: string,
  project: string,
): Promise<string> {
  const end = startActivity(context.console, `Fetching ${specification}`);
  const { ok, said } = await runNpm(context, project, ['pack', '--pack-destination', folder, specification]).finally(
    end,
  );
  const file = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (ok && file !== undefined) return join(folder, file);
  throw new PluginError(`${specification} can't be fetched. npm says:\n${said}`, {
    code: 'PLUGIN_INSTALL_FAILED',
    plugin: specification,
  });
}

async function unpack(shown: string, file: string, folder: string): Promise<void> {
  try {
    for (const [path, content] of await readTarball(file, LOOKED_AT)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  } catch (cause) {
    throw new PluginError(`${shown} is no package that can be read: ${messageOf(cause)}.`, {
      code: 'PLUGIN_PACKAGE_UNREADABLE',
      plugin: shown,
      cause,
    });
  }
}
