import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** Folders that hold nobody's documentation, or somebody else's. */
const IGNORED = new Set(['node_modules', 'dist', 'coverage', 'out', 'fixtures']);

/** A link, or a path in backticks, with the line that it starts in. */
export interface MarkdownLink {
  readonly target: string;
  readonly line: number;
}

/** The Markdown files below a folder, hidden folders left out. */
export function markdownFiles(folder: string): readonly string[] {
  const isOurs = ({ name }: Dirent): boolean => !name.startsWith('.') && !IGNORED.has(name);
  return readdirSync(folder, { withFileTypes: true })
    .filter(isOurs)
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(path);
      return entry.name.endsWith('.md') ? [path] : [];
    });
}

/** A page without what is shown in it as code, lines kept. */
function proseOf(page: string): string {
  return page.replace(/^(`{3,})[^\n]*\n[^]*?^\1$/gm, (block) => block.replace(/[^\n]/g, ''));
}

/** Links of the forms `[text](target)` and `[name]: target`; images too. */
export function linksOf(page: string): readonly MarkdownLink[] {
  const prose = proseOf(page).replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, (code) => code.replace(/[^\n]/g, '_'));
  const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
  const defined = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm);
  return [...inline, ...defined].map(({ 1: target = '', index }) => ({ target, line: lineAt(prose, index) }));
}

/** What stands in backticks outside of code blocks and names a place below one of `folders`. */
export function pathsOf(page: string, folders: readonly string[]): readonly MarkdownLink[] {
  const prose = proseOf(page);
  const spans = prose.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?)`/g);
  return [...spans]
    .map(({ 1: target = '', index }) => ({ target, line: lineAt(prose, index) }))
    .filter(({ target }) => folders.includes(target.split('/', 1)[0] as string));
}

/** The anchors of a page's headings, as GitHub makes them: lower case, spaces as hyphens, repeated ones numbered. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const base = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = base;
    for (let number = 1; anchors.has(anchor); number++) anchor = `${base}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The text of a Markdown file. */
export function readPage(file: string): string {
  return readFileSync(file, 'utf8');
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
