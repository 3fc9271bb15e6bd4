import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { anchorsOf, linksOf, markdownFiles, pathsOf, readPage } from './markdown';

const root = join(__dirname, '../..');
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
/** What a run makes, and a fresh clone has not. */
const MADE = /(^|\/)(dist|out|node_modules|coverage|results|\.pulsar)(\/|$)/;

/** Why a link from a page leads nowhere; undefined where it leads somewhere. */
function brokenBy(file: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = decodeURIComponent(target).split('#');
  const leadsTo = path === '' ? file : resolve(dirname(file), path);
  if (relative(root, leadsTo).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(leadsTo)) return 'there is no such file';
  if (anchor === undefined) return undefined;
  if (!leadsTo.endsWith('.md')) return 'only pages have anchors';
  return anchorsOf(readPage(leadsTo)).has(anchor) ? undefined : 'there is no such heading';
}

describe('Markdown files', () => {
  const files = markdownFiles(root);

  test('are found', () => {
    const names = files.map((file) => relative(root, file));
    expect(names).toEqual(expect.arrayContaining(['README.md', 'docs/reference/errors.md', 'packages/core/README.md']));
  });

  test.each(files.map((file) => [relative(root, file), file]))('%s links to what is there', (_name, file) => {
    const page = readPage(file);
    const broken = linksOf(page)
      .map(({ target, line }) => ({ line, target, why: brokenBy(file, target) }))
      .filter(({ why }) => why !== undefined);
    expect(broken).toEqual([]);
  });

  test('show no path that is taken from a URL as it is: a space in it would be %20', () => {
    const wrong = files.filter((file) => /import\.meta\.url\)\.pathname/.test(readPage(file)));
    expect(wrong.map((file) => relative(root, file))).toEqual([]);
  });

  test.each(files.map((file) => [relative(root, file), file]))('%s names paths that are there', (_name, file) => {
    const missing = pathsOf(readPage(file), folders).filter(
      ({ target }) => !MADE.test(target) && !existsSync(join(root, target)) && !existsSync(join(dirname(file), target)),
    );
    expect(missing).toEqual([]);
  });
});

describe('links', () => {
  const readme = join(root, 'README.md');

  test.each([
    ['docs/reference/nothing.md', 'there is no such file'],
    ['docs/reference/errors.md#nothing', 'there is no such heading'],
    ['#nothing', 'there is no such heading'],
    ['../elsewhere.md', 'leads out of the repository'],
    ['package.json#scripts', 'only pages have anchors'],
    ['docs/reference/errors.md#all-codes', undefined],
    ['https://example.org/nothing', undefined],
  ])('%s: %s', (target, why) => {
    expect(brokenBy(readme, target)).toBe(why);
  });

  test('are read in all their forms, and not out of code', () => {
    const page = [
      'A [link](one.md), an ![image](two.png "title"), `[code](no.md)`, [`text`](three.md#x).',
      '```md',
      '[block](no.md) `docs/no.md`',
      '```',
      '[name]: four.md',
      'And `docs/five.md`, but not `other/six.md`.',
    ].join('\n');
    expect(linksOf(page)).toEqual([
      { target: 'one.md', line: 1 },
      { target: 'two.png', line: 1 },
      { target: 'three.md#x', line: 1 },
      { target: 'four.md', line: 5 },
    ]);
    expect(pathsOf(page, ['docs'])).toEqual([{ target: 'docs/five.md', line: 6 }]);
  });

  test('anchors are those of headings', () => {
    expect([...anchorsOf('# One, `two` & [three](x)\n\n```md\n# No\n```\n\n## One, two & three\n## Größe\n')]).toEqual([
      'one-two--three',
      'one-two--three-1',
      'größe',
    ]);
  });
});
