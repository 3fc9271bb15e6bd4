import { run as runCreate } from '@dest/create-destination';
import { inspectApplication } from '@dest/host';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { readPage } from './markdown';

const run = promisify(execFile);
const root = join(__dirname, '../..');

const authorGuides = ['write', 'test', 'publish'].map((verb) => `docs/guides/${verb}-a-destination.md`);
const allGuides = readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`);

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-guides-')));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Blocks of code with `<!-- kind: name -->` above them. */
function blocks(page: string, kind: string): readonly (readonly [name: string, content: string])[] {
  const found = page.matchAll(new RegExp(`<!-- ${kind}: (\\S+) -->\\s+\`\`\`\\w+\\n([^]*?)\`\`\``, 'g'));
  return [...found].map(([, name, content]) => [name as string, content as string]);
}

/** The words of each line of the shell that begins so, without what is said of it. */
function commands(page: string, beginning: string): readonly (readonly string[])[] {
  const lines = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => (block as string).split('\n'));
  return lines
    .map((line) => line.replace(/\s+#.*/, ''))
    .filter((line) => line.startsWith(beginning))
    .map((line) => line.slice(beginning.length).trim().split(/\s+/));
}

async function create(words: readonly string[]): Promise<{ readonly exitCode: number; readonly said: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let said = '';
  stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await runCreate(words, { stdin, stdout, stderr, folder, environment: {} });
  return { exitCode, said };
}

test.each(allGuides)('%s shows files as they are', (name) => {
  const page = readPage(join(root, name));
  for (const [file, content] of blocks(page, 'file')) expect(content).toBe(readFileSync(join(root, file), 'utf8'));
});

test('the guide shows the class, and the kit, and a test', () => {
  const shown = authorGuides.flatMap((name) => blocks(readPage(join(root, name)), 'file').map(([file]) => file));
  const templates = 'packages/create-destination/templates';
  const shared = ['test/conformance.test.mjs', 'conformance.mjs'].map((file) => `${templates}/shared/${file}`);
  expect(shown).toEqual([`${templates}/typescript/src/index.ts`, ...shared]);
});

const creating = ['README.md', 'packages/create-destination/README.md', ...authorGuides].flatMap((name) =>
  commands(readPage(join(root, name)), 'npm create @dest/destination').map((words) => [name, words] as const),
);

test.each(creating)('%s: npm create @dest/destination %j works', async (_name, words) => {
  expect(await create(words.filter((word) => word !== '--'))).toEqual({ exitCode: 0, said: '' });
});

test.each(authorGuides)('%s names commands that dest has', async (name) => {
  const { stdout } = await run(process.execPath, [join(root, 'packages/cli/bin/dest.js'), '--help']);
  for (const [command = ''] of commands(readPage(join(root, name)), 'npx dest ')) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
});

test('a new package in a folder of the application is loaded, and its configuration is right', async () => {
  await create(['dest-plugin-crm', '--language', 'javascript']);
  const [, configuration = ''] = /```yaml\n([^]*?)```/.exec(readPage(join(root, authorGuides[0] as string))) ?? [];
  const config = join(folder, 'dest.yaml');
  writeFileSync(config, configuration);
  const { application, issues } = await inspectApplication({ config, environment: { CRM_TOKEN: 'a-token' } });
  expect(issues).toEqual([]);
  expect(application?.configuration.destinations.map(({ id }) => id)).toEqual(['contacts']);
  await application?.close();
});

test('the configuration with an installed one is right, but for what is not installed here', async () => {
  const [, configuration = ''] = /```yaml\n([^]*?)```/.exec(readPage(join(root, authorGuides[2] as string))) ?? [];
  const config = join(folder, 'dest.yaml');
  writeFileSync(config, configuration);
  const { application, issues } = await inspectApplication({ config, environment: { CRM_TOKEN: 'a-token' } });
  expect(new Set(issues.map(({ code }) => code))).toEqual(new Set(['PLUGIN_NOT_INSTALLED', 'PACKAGE_NOT_LOADED']));
  await application?.close();
});

test('the tests that an author writes beside the conformance suite pass', async () => {
  await create(['dest-plugin-crm', '--language', 'javascript']);
  const written = blocks(readPage(join(root, authorGuides[1] as string)), 'test');
  for (const [file, content] of written) writeFileSync(join(folder, 'dest-plugin-crm', file), content);
  const files = [...written.map(([file]) => file), 'test/readme.test.mjs'];
  const { stdout } = await run(process.execPath, ['--test', ...files], { cwd: join(folder, 'dest-plugin-crm') });
  expect(stdout).toMatch(/^(?:#|ℹ) pass 3$/m);
  expect(stdout).toMatch(/^(?:#|ℹ) fail 0$/m);
});
