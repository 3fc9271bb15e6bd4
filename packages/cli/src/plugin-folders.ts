import { readPluginSpecification } from '@dest/core';
import type { Application } from '@dest/host';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

interface PluginPlace {
  readonly plugin: string;
  /** File or folder, links followed. */
  readonly path: string;
}

/** Tells by the stack of what was thrown which plugin threw it. */
export class PluginFolders {
  /** The files and folders that plugins are, the deepest first: a plugin may have others below it. */
  readonly #own: readonly PluginPlace[];
  /** The folders of plugins that are one file: what else is in them is most likely theirs. */
  readonly #around: readonly PluginPlace[];

  constructor({ plugins, configuration }: Application) {
    const own = plugins.flatMap(({ specification }): readonly PluginPlace[] => {
      const { kind, target, listed } = readPluginSpecification(specification);
      const path = kind === 'path' ? pathOf(target, configuration.folder) : packageFolder(target, configuration.folder);
      return path === undefined ? [] : [{ plugin: listed, path }];
    });
    this.#own = own.toSorted((left, right) => right.path.length - left.path.length);
    this.#around = this.#own
      .filter(({ path }) => statSync(path).isFile())
      .map(({ plugin, path }) => ({ plugin, path: dirname(path) }));
  }

  /** The plugin as it is listed; undefined where none of its code is in the stack. */
  pluginBehind(thrown: unknown): string | undefined {
    const frames = framesOf(thrown);
    for (const { plugin, path } of this.#own) if (frames.some((frame) => isIn(frame, path))) return plugin;
    const others = frames.filter((frame) => !/[/\\]node_modules[/\\]/.test(frame) && !isOfDest(frame));
    return this.#around.find(({ path }) => others.some((frame) => isIn(frame, path)))?.plugin;
  }
}

/** The lines of the stack that name code, those of the causes too. */
function framesOf(thrown: unknown): readonly string[] {
  const frames: string[] = [];
  let error = thrown;
  for (let depth = 0; depth < 10 && error instanceof Error; depth++) {
    frames.push(
      ...String(error.stack)
        .split('\n')
        .filter((line) => /^\s+at /.test(line)),
    );
    error = error.cause;
  }
  return frames;
}

function isIn(frame: string, path: string): boolean {
  const url = pathToFileURL(path).href;
  return [path, url].some(
    (place) => frame.includes(`${place}:`) || frame.includes(`${place}/`) || frame.includes(`${place}${sep}`),
  );
}

/** Code of Dest itself, which may lie beside a plugin in a repository of both. */
function isOfDest(frame: string): boolean {
  const own = [
    resolve(__dirname, '..'),
    ...['@dest/core', '@dest/host'].map((name) => dirname(dirname(realpathSync(require.resolve(name))))),
  ];
  return own.some((folder) => isIn(frame, folder));
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
