import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { run } from '../src/index';

let work: string;

beforeEach(() => (work = mkdtempSync(join(tmpdir(), 'dest-create-'))));
afterEach(() => rmSync(work, { recursive: true, force: true }));

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  /** What a person answers, a line for each question; without it there is no terminal. */
  readonly answers?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

async function create(words: readonly string[], { answers, environment = {} }: Surroundings = {}): Promise<Outcome> {
  const isTTY = answers !== undefined;
  const stream = (): PassThrough & { readonly isTTY: boolean } => Object.assign(new PassThrough(), { isTTY });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()];
  const texts = { stdout: '', stderr: '' };
  const waiting = [...(answers ?? [])];
  stdout.on('data', (chunk: Buffer) => {
    texts.stdout += chunk.toString();
    // A question ends so.
    const answer = chunk.toString().endsWith(': ') ? waiting.shift() : undefined;
    if (answer !== undefined) stdin.write(answer);
  });
  stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const exitCode = await run(words, { stdin, stdout, stderr, folder: work, environment });
  return { exitCode, ...texts };
}

function read(...path: readonly string[]): string {
  return readFileSync(join(work, ...path), 'utf8');
}

describe('without a terminal', () => {
  test('defaults stand for what is not said', async () => {
    const { exitCode, stdout, stderr } = await create(['dest-plugin-acme-crm']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      `✔ dest-plugin-acme-crm: 12 files in ${join(work, 'dest-plugin-acme-crm')}\n\n` +
        'Next:\n  cd dest-plugin-acme-crm\n  npm install\n  npm test\n',
    );
    expect(read('dest-plugin-acme-crm/src/index.ts')).toContain("title: 'Acme crm'");
  });

  test('all can be said', async () => {
    const texts = ['--title', 'CRM', '--description', 'It sends.', '--author', 'Ada', '--license', 'apache-2.0'];
    const { exitCode } = await create(['@acme/crm', '-l', 'javascript', '--folder', 'x/y', ...texts]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(read('x/y/package.json'))).toMatchObject({
      name: '@acme/crm',
      description: 'It sends.',
      author: 'Ada',
      license: 'Apache-2.0',
    });
    expect(read('x/y/src/index.js')).toContain("title: 'CRM'");
  });

  test('the folder is the name without its scope, and the name is the folder’s', async () => {
    expect((await create(['@acme/crm'])).exitCode).toBe(0);
    expect((await create(['--folder', 'feed'])).exitCode).toBe(0);
    expect(JSON.parse(read('crm/package.json'))).toMatchObject({ name: '@acme/crm' });
    expect(JSON.parse(read('feed/package.json'))).toMatchObject({ name: 'feed' });
  });

  test('in the folder where one is, there is no folder to go to', async () => {
    const { stdout } = await create(['crm', '--folder', '.']);
    expect(stdout).toContain('Next:\n  npm install\n');
    expect(existsSync(join(work, 'package.json'))).toBe(true);
  });

  test('--json prints JSON alone', async () => {
    const { exitCode, stdout } = await create(['crm', '--json']);
    expect(exitCode).toBe(0);
    const printed = JSON.parse(stdout) as { readonly files: readonly string[] };
    expect(printed).toMatchObject({
      name: 'crm',
      language: 'typescript',
      folder: join(work, 'crm'),
      next: ['cd crm', 'npm install', 'npm test'],
    });
    expect(printed.files).toContain('src/index.ts');
  });

  test.each([
    [[], 'CREATE_NAME_MISSING', 'The name of the package is missing'],
    [['My Plugin'], 'CREATE_NAME_INVALID', 'Try my-plugin.'],
    [['--folder', 'My Plugin'], 'CREATE_NAME_INVALID', 'Try my-plugin.'],
    [['crm', 'other'], 'CREATE_OPTION_INVALID', 'one name'],
    [['crm', '--language', 'ts'], 'CREATE_OPTION_INVALID', 'typescript, javascript'],
    [['crm', '--license', 'GPL'], 'CREATE_OPTION_INVALID', 'MIT, Apache-2.0, UNLICENSED'],
    [['crm', '--title', 'a\nb'], 'CREATE_OPTION_INVALID', '--title'],
    [['crm', '--description', ''], 'CREATE_OPTION_INVALID', '--description'],
    [['crm', '--lang', 'x'], 'CREATE_OPTION_INVALID', '--lang'],
    [['crm', '--folder'], 'CREATE_OPTION_INVALID', '--folder'],
    [['crm', '--folder', 'full'], 'CREATE_FOLDER_NOT_EMPTY', 'full'],
  ])('%j ends with 2', async (words, code, says) => {
    mkdirSync(join(work, 'full'));
    writeFileSync(join(work, 'full/mine'), '');
    const plain = await create(words);
    expect(plain).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(new RegExp(`\\[${code}\\]\n$`)) });
    expect(plain.stderr).toContain(says);
    const { exitCode, stdout, stderr } = await create([...words, '--json']);
    // Where --json is taken for the value that is missing, it is said all the same.
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ error: { code, message: expect.any(String) } });
    expect(existsSync(join(work, 'crm'))).toBe(false);
  });

  test('what can’t be written ends with 1', async () => {
    writeFileSync(join(work, 'file'), '');
    const { exitCode, stderr } = await create(['crm', '--folder', 'file/crm']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/file\/crm .*\[CREATE_FAILED\]\n$/);
  });
});

test('--help and --version make nothing', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };
  expect(await create(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  const { exitCode, stdout } = await create(['crm', '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('npm create @dest/destination dest-plugin-crm -- --yes');
  expect(existsSync(join(work, 'crm'))).toBe(false);
});

describe('on a terminal', () => {
  test('what is not said is asked for; wrong answers are asked for again', async () => {
    const answers = ['My CRM\r', '@acme/crm\r', 'java\r', 'javascript\r', '\r', 'Feeds it.\r', '\r'];
    const { exitCode, stdout } = await create([], { answers });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Try my-crm.');
    expect(stdout).toContain('It should be typescript, javascript, and is "java".');
    expect(JSON.parse(read('crm/package.json'))).toMatchObject({
      name: '@acme/crm',
      description: 'Feeds it.',
      license: 'MIT',
    });
    expect(read('crm/src/index.js')).toContain("title: 'Crm'");
  });

  test('what is said is not asked for', async () => {
    const words = ['crm', '-l', 'javascript', '--title', 'A', '--description', 'B', '--license', 'MIT'];
    const { exitCode, stdout } = await create(words, { answers: [] });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('Language');
  });

  test('--yes asks nothing', async () => {
    const { exitCode, stdout } = await create(['crm', '--yes'], { answers: [] });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('Language');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s gives it up', async (_key, key) => {
    const { exitCode, stderr } = await create(['crm'], { answers: [key] });
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '\nNothing was made.\n' });
    expect(existsSync(join(work, 'crm'))).toBe(false);
  });

  test('a folder with files is refused before anything is asked', async () => {
    mkdirSync(join(work, 'crm'));
    writeFileSync(join(work, 'crm/mine'), '');
    const { exitCode, stdout } = await create(['crm'], { answers: [] });
    expect({ exitCode, stdout: stdout.includes('Language') }).toEqual({ exitCode: 2, stdout: false });
  });

  test.each([
    [[], {}, true],
    [['--no-color'], {}, false],
    [[], { NO_COLOR: '1' }, false],
    [[], { TERM: 'dumb' }, false],
  ] as const)('colours: %j, %j', async (words, environment, hasColors) => {
    const { stdout } = await create(['crm', '--yes', ...words], { answers: [], environment });
    expect(stdout.includes('\u001b[3')).toBe(hasColors);
  });
});
