import type { InstalledPackage } from '@dest/core';

/** Whether npm packs a file in a package's folder, as far as its package.json's `files` tells. */
export function isPublished({ manifest }: InstalledPackage, file: string): boolean {
  const { files } = manifest as { readonly files?: unknown };
  if (!Array.isArray(files)) return true;
  const patterns = files.map((each) => String(each).replace(/^\.?\//, ''));
  return [file, '*', '**', '*.json', '**/*'].some((pattern) => patterns.includes(pattern));
}
