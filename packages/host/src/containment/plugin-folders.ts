import { readPluginSpecification } from '@dest/core';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PluginStatus } from '../application/application';
import type { Configuration } from '../configuration/configuration';

/** Which plugins there are, and where. */
export interface PluginsOfApplication {
  readonly plugins: readonly Pick<PluginStatus, 'specification'>[];
  readonly configuration: Pick<Configuration, 'folder'>;
}

interface PluginPlace {
  readonly plugin: string;
  /** File or folder, links followed. */
  readonly path: string;
}

/** Tells by the stack of what was thrown which plugin threw it: for what ran outside of every attribution. */
export class PluginFolders {
  /** The files and folders that plugins are, the deepest first: a plugin may have others below it. */
  readonly #own: readonly PluginPlace[];
  /** The folders of plugins that are one file: what else is in them is most likely theirs. */
  readonly #around: readonly PluginPlace[];
  /** Folders of Dest itself, which may lie beside a plugin in a repository of both. */
  readonly #dest: readonly string[];
  readonly #folder: string;

  /** @param dest - folders that are Dest's, beside those of core and host */
  constructor({ plugins, configuration }: PluginsOfApplication, dest: readonly string[] = []) {
    const { folder } = configuration;
    const own = plugins.flatMap(({ specification }): readonly PluginPlace[] => {
      const { kind, target, listed } = readPluginSpecification(specification);
      const path = kind === 'path' ? pathOf(target, folder) : packageFolder(target, folder);
      return path === undefined ? [] : [{ plugin: listed, path }];
    });
    this.#own = own.toSorted((left, right) => right.path.length - left.path.length);
    this.#around = this.#own
      .filter(({ path }) => statSync(path).isFile())
      .map(({ plugin, path }) => ({ plugin, path: dirname(path) }));
    this.#dest = [resolve(__dirname, '..', '..'), packageOfCore(), ...dest];
    this.#folder = pathOf(folder, folder) ?? folder;
  }

  /**
   * The plugin, as it is listed, that has code anywhere in the stack, or beside it; for a process with no code of an
   * application in it.
   */
  pluginBehind(thrown: unknown): string | undefined {
    const frames = framesOf(thrown);
    for (const { plugin, path } of this.#own) if (frames.some((frame) => isIn(frame, path))) return plugin;
    const others = frames.filter((frame) => !/[/\\]node_modules[/\\]/.test(frame) && !this.#isOfDest(frame));
    return this.#around.find(({ path }) => others.some((frame) => isIn(frame, path)))?.plugin;
  }

  /**
   * The plugin, as it is listed, whose code began what ended in this: an application that calls a plugin's code by itself
   * answers for it. A plugin that is a folder around the whole application is never told apart from it.
   */
  pluginBelow(thrown: unknown): string | undefined {
    const first = framesOf(thrown, 1).findLast((frame) => /[/\\]/.test(frame) && !this.#isOfDest(frame));
    if (first === undefined) return undefined;
    const found = this.#own.find(({ path }) => isIn(first, path));
    return found === undefined || `${this.#folder}${sep}`.startsWith(`${found.path}${sep}`) ? undefined : found.plugin;
  }

  #isOfDest(frame: string): boolean {
    return this.#dest.some((folder) => isIn(frame, folder));
  }
}

/**
 * The lines of the stack that name code outside of Node.js. Never throws.
 *
 * @param errors - of how many errors: this one and its causes
 */
function framesOf(thrown: unknown, errors = 10): readonly string[] {
  const frames: string[] = [];
  try {
    let error = thrown;
    for (let depth = 0; depth < errors && error instanceof Error; depth++) {
      const lines = String(error.stack).split('\n');
      frames.push(...lines.filter((line) => /^\s+at /.test(line) && !/\bnode:/.test(line)));
      error = error.cause;
    }
  } catch {
    // Its stack or its cause is a getter that throws.
  }
  return frames;
}

function isIn(frame: string, path: string): boolean {
  const url = pathToFileURL(path).href;
  return [path, url].some(
    (place) => frame.includes(`${place}:`) || frame.includes(`${place}/`) || frame.includes(`${place}${sep}`),
  );
}

function packageOfCore(): string {
  return dirname(dirname(realpathSync(require.resolve('@dest/core'))));
}

function pathOf(target: string, folder: string): string | undefined {
  try {
    return realpathSync(resolve(folder, target.startsWith('file:') ? fileURLToPath(target) : target));
  } catch {
    // It is not there, or its URL is none: nothing of it runs.
    return undefined;
  }
}

/** Where npm put a package, seen from the application's folder. */
function packageFolder(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return realpathSync(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}
