import { ConfigurationError } from '@dest/core';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a package comes from. */
export type PackageSource =
  /** @param specification - `acme` or `acme@^1.2.0`, for a registry */
  | { readonly kind: 'registry'; readonly name: string; readonly specification: string }
  /** @param path - absolute */
  | { readonly kind: 'folder' | 'tarball'; readonly path: string };

const REGISTRY = /^((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:@([^/:@]+))?$/;

/**
 * Reads what was named on the command line: a package of the registry, perhaps with a version, a range or a tag; a folder; or a
 * packed package.
 *
 * @throws ConfigurationError `PACKAGE_SOURCE_INVALID`
 */
export async function readPackageSource(text: string): Promise<PackageSource> {
  const isPath = /^(\.{1,2}([/\\]|$)|[/\\]|file:|[A-Za-z]:[/\\])/.test(text) || /\.(tgz|tar\.gz)$/.test(text);
  if (!isPath) {
    const name = REGISTRY.exec(text)?.[1];
    if (name !== undefined) return { kind: 'registry', name, specification: text };
    throw invalid(
      `${text} is no package: name one of the registry, such as acme or acme@^1.2.0, a folder (./acme), or a packed package (./acme-1.2.0.tgz).`,
    );
  }
  const path = pathOf(text);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw invalid(`${text} is not there: no file or folder ${path}.`);
  return { kind: found.isDirectory() ? 'folder' : 'tarball', path };
}

function pathOf(text: string): string {
  if (!text.startsWith('file:')) return resolve(text);
  try {
    return fileURLToPath(text);
  } catch {
    return resolve(text.slice('file:'.length));
  }
}

function invalid(message: string): ConfigurationError {
  return new ConfigurationError(message, { code: 'PACKAGE_SOURCE_INVALID' });
}
