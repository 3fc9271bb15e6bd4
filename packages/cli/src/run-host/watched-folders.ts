import { lstatSync, readlinkSync } from 'node:fs';
import { isAbsolute, join, parse, resolve, sep } from 'node:path';

/** As many as an operating system follows. */
const MAX_LINKS = 40;

/**
 * The folders in which something has to change for a file's path to lead to something else: its own, and that of each link on
 * the way to it. Where the way ends too early, up to there.
 */
export function watchedFolders(file: string): ReadonlySet<string> {
  const { root } = parse(resolve(file));
  const folders = new Set<string>();
  let folder = root;
  let ahead = segmentsOf(resolve(file));
  for (let links = 0; ahead.length > 0 && links < MAX_LINKS;) {
    const [segment, ...rest] = ahead as [string, ...string[]];
    const path = join(folder, segment);
    const found = lstatSync(path, { throwIfNoEntry: false });
    const isLink = found?.isSymbolicLink() === true;
    if (isLink || found === undefined || rest.length === 0) folders.add(folder);
    if (found === undefined) break;
    ahead = rest;
    if (!isLink) {
      folder = path;
      continue;
    }
    links++;
    const target = readlinkSync(path);
    if (isAbsolute(target)) folder = parse(target).root;
    ahead = [...segmentsOf(target), ...rest];
  }
  return folders;
}

function segmentsOf(path: string): readonly string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((segment) => segment !== '' && segment !== '.');
}
