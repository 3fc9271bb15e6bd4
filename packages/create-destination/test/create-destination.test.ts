import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ts from 'typescript';
import { createDestination, type DestinationPlan } from '../src/index';

let work: string;

beforeEach(() => (work = mkdtempSync(join(tmpdir(), 'dest-create-'))));
afterEach(() => rmSync(work, { recursive: true, force: true }));

function planOf(rest: Partial<DestinationPlan> = {}): DestinationPlan {
  const texts = { title: 'Acme', description: 'Sends it.' };
  return {
    name: 'dest-plugin-acme',
    folder: join(work, 'a/b'),
    language: 'typescript',
    license: 'MIT',
    ...texts,
    ...rest,
  };
}

function read(...path: readonly string[]): string {
  return readFileSync(join(work, 'a/b', ...path), 'utf8');
}

const SHARED = [
  '.github/workflows/ci.yml',
  '.gitignore',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'conformance.mjs',
  'package.json',
  'scripts/readme.mjs',
  'test/conformance.test.mjs',
  'test/readme.test.mjs',
];

test.each([
  ['typescript', ['src/index.ts', 'tsconfig.json']],
  ['javascript', ['src/index.js']],
] as const)('a package in %s has all its files, and nothing of the template in them', async (language, own) => {
  const { files, folder } = await createDestination(planOf({ language }));
  expect(files).toEqual([...SHARED, ...own].sort());
  expect(folder).toBe(join(work, 'a/b'));
  for (const file of files) expect(read(file)).not.toMatch(/template|\{\{\w/i);
  expect(read('.gitignore')).toContain('node_modules/');
});

test('package.json says that it is a plugin, and which core it needs', async () => {
  await createDestination(planOf({ author: 'Ada' }));
  const own = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { readonly version: string };
  const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    name: 'dest-plugin-acme',
    description: 'Sends it.',
    license: 'MIT',
    author: 'Ada',
    keywords: ['dest-plugin'],
    dest: { api: 1, conformance: './conformance.mjs' },
    files: expect.arrayContaining(['conformance.mjs', 'dest.manifest.json', 'dest.scorecard.json']) as string[],
    peerDependencies: { '@dest/core': `>=${own.version} <${Number(own.version.split('.')[0]) + 1}` },
    devDependencies: {
      '@dest/cli': `^${own.version}`,
      '@dest/core': `^${own.version}`,
      '@dest/testkit': `^${own.version}`,
    },
  });
  expect(manifest).not.toHaveProperty('publishConfig');
  expect(manifest).not.toHaveProperty('dependencies');
});

test('a scoped package is public', async () => {
  await createDestination(planOf({ name: '@acme/crm' }));
  expect(JSON.parse(read('package.json'))).toMatchObject({ name: '@acme/crm', publishConfig: { access: 'public' } });
  expect(read('src/index.ts')).toContain("package: '@acme/crm'");
  expect(read('test/conformance.test.mjs')).toContain("import { CrmDestination } from '@acme/crm';");
});

test('texts of any kind stay texts in the source', async () => {
  const [title, description] = ['Ada\'s \\ `${x}` "A" TEMPLATE_X', 'dest-plugin-template $& $1'];
  await createDestination(planOf({ title, description }));
  const source = ts.createSourceFile('index.ts', read('src/index.ts'), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  expect(texts).toEqual(expect.arrayContaining([title, description, 'dest-plugin-acme']));
  expect(JSON.parse(read('package.json'))).toMatchObject({ description });
});

test.each([
  ['MIT', /^MIT License\n\nCopyright \(c\) \d{4} The authors of dest-plugin-acme\n/],
  ['Apache-2.0', /Apache License\s+Version 2\.0/],
] as const)('%s: the licence is there', async (license, text) => {
  await createDestination(planOf({ license }));
  expect(read('LICENSE')).toMatch(text);
  expect(JSON.parse(read('package.json'))).toMatchObject({ license });
});

test('UNLICENSED: no licence, and a scoped package is not public', async () => {
  const { files } = await createDestination(planOf({ name: '@acme/crm', license: 'UNLICENSED' }));
  expect(files).not.toContain('LICENSE');
  const manifest: unknown = JSON.parse(read('package.json'));
  expect(manifest).toMatchObject({ license: 'UNLICENSED' });
  expect(manifest).not.toHaveProperty('publishConfig');
});

test('UNLICENSED: a package without a scope can’t be published', async () => {
  await createDestination(planOf({ license: 'UNLICENSED' }));
  expect(JSON.parse(read('package.json'))).toMatchObject({ license: 'UNLICENSED', private: true });
});

test.each([
  ['Sends contacts', 'Sends contacts. A destination of [Dest]'],
  ['Sends contacts!', 'Sends contacts! A destination of [Dest]'],
  ['Sends “contacts.”', 'Sends “contacts.” A destination of [Dest]'],
])('in the README the description ends as a sentence: %s', async (description, text) => {
  await createDestination(planOf({ description }));
  expect(read('README.md')).toContain(text);
  expect(JSON.parse(read('package.json'))).toMatchObject({ description });
  expect(read('src/index.ts')).toContain(`'${description}'`);
});

test.each<[what: string, rest: object, code: string, said: string]>([
  ['a title of two lines', { title: 'two\nlines' }, 'CREATE_OPTION_INVALID', 'title should be one line'],
  ['an empty description', { description: ' ' }, 'CREATE_OPTION_INVALID', 'description should be one line'],
  ['no description', { description: undefined }, 'CREATE_OPTION_INVALID', 'description should be one line'],
  ['an author of two lines', { author: 'a\u2028b' }, 'CREATE_OPTION_INVALID', 'author should be one line'],
  ['another language', { language: 'python' }, 'CREATE_OPTION_INVALID', 'language should be typescript, javascript'],
  ['another licence', { license: '../MIT' }, 'CREATE_OPTION_INVALID', 'license should be MIT'],
  ['no name', { name: undefined }, 'CREATE_NAME_INVALID', 'is no name for a package'],
])('from code too, %s is refused before anything is written', async (_what, rest, code, said) => {
  const creating = createDestination(planOf(rest));
  await expect(creating).rejects.toMatchObject({ code, message: expect.stringContaining(said) as string });
  expect(existsSync(join(work, 'a'))).toBe(false);
});

test('the copyright is the author’s', async () => {
  await createDestination(planOf({ author: 'Ada $& Lovelace' }));
  expect(read('LICENSE')).toContain(`Copyright (c) ${new Date().getFullYear()} Ada $& Lovelace\n`);
});

test('a folder with files is refused, and stays as it was', async () => {
  mkdirSync(join(work, 'a/b'), { recursive: true });
  writeFileSync(join(work, 'a/b/notes.txt'), 'mine');
  const creating = createDestination(planOf());
  await expect(creating).rejects.toMatchObject({
    code: 'CREATE_FOLDER_NOT_EMPTY',
    message: expect.stringContaining('notes.txt'),
  });
  expect(existsSync(join(work, 'a/b/package.json'))).toBe(false);
});

test('an empty folder will do, a repository without files too', async () => {
  mkdirSync(join(work, 'a/b/.git'), { recursive: true });
  await createDestination(planOf());
  expect(read('package.json')).toContain('dest-plugin-acme');
});

test('what is no folder can’t be written to', async () => {
  writeFileSync(join(work, 'a'), '');
  await expect(createDestination(planOf())).rejects.toMatchObject({ code: 'CREATE_FAILED' });
  await expect(createDestination(planOf({ folder: join(work, 'a') }))).rejects.toMatchObject({ code: 'CREATE_FAILED' });
});

test('a wrong name is refused before anything is written', async () => {
  await expect(createDestination(planOf({ name: '../up' }))).rejects.toMatchObject({ code: 'CREATE_NAME_INVALID' });
  expect(existsSync(join(work, 'a'))).toBe(false);
});
