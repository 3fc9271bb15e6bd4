import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Language } from './choices';

export const TEMPLATES = join(__dirname, '../templates');

/** A file of the templates, and what it is called in a package that is made. */
export interface TemplateFile {
  readonly source: string;
  /** Relative, with slashes. */
  readonly target: string;
}

/** Those that all packages have, and those of a language. */
export function templateFiles(language: Language): readonly TemplateFile[] {
  return ['shared', language].flatMap((name) => {
    const folder = join(TEMPLATES, name);
    return filesBelow(folder).map((source) => {
      const path = relative(folder, source).split(sep).join('/');
      // By their own names npm leaves the one out of packages, and heeds the other.
      return { source, target: path.replace(/^_gitignore$/, '.gitignore').replace(/^_package\.json$/, 'package.json') };
    });
  });
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    // What building and installing in place have left.
    if (['node_modules', 'dist'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
