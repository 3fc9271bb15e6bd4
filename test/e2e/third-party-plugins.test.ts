import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { npm, pack } from '../support/npm';

const run = promisify(execFile);
const root = join(__dirname, '../..');

/** Authors' folders and the application's, outside of the repository. */
let work: string;
let application: string;
let server: Server;
const posted: { readonly authorization: string | undefined; readonly body: unknown }[] = [];
const keys: unknown[] = [];

/** The examples of the guide, by the file name that stands above each. */
function guideExamples(): ReadonlyMap<string, string> {
  const guide = readFileSync(join(root, 'docs/guides/write-a-destination.md'), 'utf8');
  const examples = guide.matchAll(/<!-- example: (\S+) -->\s+```\w+\n([\s\S]*?)```/g);
  return new Map([...examples].map(([, file, code]) => [file as string, code as string]));
}

function write(file: string, content: string | object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

function manifest(name: string, more: object = {}): object {
  const example = JSON.parse(guideExamples().get('plugin-cjs/package.json')!) as object;
  return { ...example, name, ...more };
}

beforeAll(async () => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'dest-authors-')));
  application = join(work, 'application');
  const examples = guideExamples();
  const [core, ...others] = await Promise.all(
    ['core', 'host', 'testkit', 'cli'].map((name) => pack(join(root, 'packages', name), work)),
  );

  // What every author has installed: core, from its package.
  write(join(work, 'package.json'), { private: true });
  await npm(work, 'install', core!);

  const author = (name: string): string => join(work, 'authors', name);
  write(join(author('cjs'), 'package.json'), manifest('dest-plugin-journal'));
  write(join(author('cjs'), 'index.js'), examples.get('plugin-cjs/index.js')!);

  write(join(author('esm'), 'package.json'), manifest('dest-plugin-console', { type: 'module' }));
  write(join(author('esm'), 'index.js'), examples.get('plugin-esm/index.js')!);

  write(join(author('ts'), 'package.json'), manifest('dest-plugin-chat', { main: 'dist/index.js', files: ['dist'] }));
  write(join(author('ts'), 'src/index.ts'), examples.get('plugin-ts/index.ts')!);
  write(join(author('ts'), 'tsconfig.json'), {
    compilerOptions: {
      target: 'es2022',
      module: 'node20',
      strict: true,
      rootDir: 'src',
      outDir: 'dist',
      types: ['node'],
    },
    include: ['src'],
  });
  mkdirSync(join(author('ts'), 'node_modules/@types'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@types/node'), join(author('ts'), 'node_modules/@types/node'));
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', author('ts')]);

  // One that brings its own copies of core and tsyringe inside its package.
  write(
    join(author('own'), 'package.json'),
    manifest('dest-plugin-own', {
      peerDependencies: {},
      dependencies: { '@dest/core': `file:${core!}` },
      bundleDependencies: ['@dest/core'],
    }),
  );
  write(
    join(author('own'), 'index.js'),
    examples.get('plugin-cjs/index.js')!.replaceAll('dest-plugin-journal', 'dest-plugin-own'),
  );
  await npm(author('own'), 'install');

  const plugins: string[] = [];
  for (const name of ['cjs', 'esm', 'ts', 'own']) plugins.push(await pack(author(name), work));
  write(join(application, 'package.json'), { name: 'application', private: true });
  await npm(application, 'install', core!, ...others, ...plugins);

  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      posted.push({ authorization: request.headers.authorization, body: JSON.parse(text) });
      keys.push(request.headers['idempotency-key']);
      response.writeHead(Number(request.url?.slice(1) || 200), { location: '/', 'retry-after': '7' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 300_000);

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(work, { recursive: true, force: true });
});

const events = [
  { id: 'e1', event: { type: 'greeting', text: 'grüße' }, profile: { id: 'p1' } },
  { id: 'e2', profile: { id: 'p2' }, changes: ['name'] },
];

async function dest(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(join(application, 'node_modules/.bin/dest'), parameters, { cwd: application });
}

test('packed plugins in CommonJS, ES modules and TypeScript are loaded by name and deliver, own copies of core included', async () => {
  const { port } = server.address() as { port: number };
  const payload = { text: 'event@text' };
  write(join(application, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  write(
    join(application, 'own-file.js'),
    guideExamples().get('plugin-cjs/index.js')!.replaceAll('dest-plugin-journal', 'own-file'),
  );
  write(join(application, 'dest.json'), {
    version: 1,
    plugins: ['dest-plugin-journal', 'dest-plugin-console', 'dest-plugin-chat', 'dest-plugin-own', './own-file.js'],
    network: { allow: ['127.0.0.1'] },
    resources: [{ id: 'chat', credentials: { production: { url: `http://127.0.0.1:${port}/`, token: 'secret' } } }],
    destinations: [
      { id: 'journal', package: 'dest-plugin-journal', init: { path: 'journal.ndjson' }, mapping: payload },
      { id: 'console', package: 'dest-plugin-console', mapping: payload },
      { id: 'chat', package: 'dest-plugin-chat', resource: { id: 'chat' }, mapping: payload },
      { id: 'own', package: 'dest-plugin-own', init: { path: 'own.ndjson' }, mapping: payload },
      { id: 'file', package: 'own-file', init: { path: 'file.ndjson' }, mapping: payload },
    ],
  });
  const { stdout, stderr } = await dest('send', '-c', 'dest.json', 'events.ndjson', '--json');
  const report = JSON.parse(stdout) as { destinations: { destination: string; delivered: number }[] };
  expect(report.destinations.map(({ destination, delivered }) => [destination, delivered])).toEqual([
    ['journal', 2],
    ['console', 2],
    ['chat', 2],
    ['own', 2],
    ['file', 2],
  ]);
  const lines = ['{"text":"grüße"}', '{"text":null}'];
  for (const file of ['journal.ndjson', 'own.ndjson', 'file.ndjson']) {
    expect(readFileSync(join(application, file), 'utf8').trim().split('\n').toSorted()).toEqual(lines.toSorted());
  }
  expect(stderr).toContain('event {"text":"grüße"}');
  expect(stderr).toContain('profile {"text":null}');
  expect(posted).toEqual(
    expect.arrayContaining([
      { authorization: 'Bearer secret', body: { channel: 'general', data: { text: 'grüße' } } },
      { authorization: 'Bearer secret', body: { channel: 'general', data: { text: null } } },
    ]),
  );
});

test('the guide’s destination says whose fault an answer is, and takes any id', async () => {
  const { port } = server.address() as { port: number };
  const statuses = [200, 302, 401, 404, 408, 422, 429, 503];
  write(
    join(application, 'chat.mjs'),
    `import { failureOf } from '@dest/core';
     import { ChatDestination } from 'dest-plugin-chat';
     const context = { idempotencyKey: 'grüße-✉:chat', signal: AbortSignal.timeout(10_000) };
     const outcome = async (url) => {
       const chat = new ChatDestination(false, { id: 'chat', credentials: { production: { url } } }, { id: 'chat', init: {} }, fetch);
       const failure = await chat.dispatchProfile({}, {}, undefined, context).catch((error) => failureOf(error));
       return failure ? [failure.retry, failure.scope, failure.code, failure.retryAfterMs ?? null] : 'delivered';
     };
     const outcomes = [];
     for (const status of ${JSON.stringify(statuses)}) outcomes.push(await outcome('http://127.0.0.1:${port}/' + status));
     outcomes.push(await outcome('http://127.0.0.1:1/'));
     console.log(JSON.stringify(outcomes));`,
  );
  keys.length = 0;
  const { stdout } = await run(process.execPath, ['chat.mjs'], { cwd: application });
  expect(JSON.parse(stdout)).toEqual([
    'delivered',
    ['configuration', 'destination', 'CHAT_HTTP_302', null],
    ['configuration', 'destination', 'CHAT_HTTP_401', null],
    ['configuration', 'destination', 'CHAT_HTTP_404', null],
    ['transient', 'destination', 'CHAT_HTTP_408', 7_000],
    ['permanent', 'item', 'CHAT_HTTP_422', null],
    ['transient', 'destination', 'CHAT_HTTP_429', 7_000],
    ['transient', 'destination', 'CHAT_HTTP_503', 7_000],
    ['transient', 'destination', 'CHAT_DOWN', null],
  ]);
  expect(keys).toEqual(statuses.map(() => encodeURIComponent('grüße-✉:chat')));
});

test('the plugin that brought its own core has another one than the host', async () => {
  const other = join(application, 'node_modules/dest-plugin-own/node_modules');
  for (const name of ['@dest/core', 'tsyringe']) {
    expect(readFileSync(join(other, name, 'package.json'), 'utf8')).toContain(`"${name}"`);
  }
  const { stdout } = await dest('plugins', '-c', 'dest.json', '--json');
  expect(stdout).toContain('dest-plugin-own');
});

test('a class of the application is a destination', async () => {
  write(
    join(application, 'main.mjs'),
    `import { DestinationInterface, RegisterDestination, defineSchema } from '@dest/core';
     import { startHost } from '@dest/host';
     const nothing = defineSchema({ type: 'object' });
     class Mine extends DestinationInterface {
       async dispatchEvent(data) { console.log(JSON.stringify(data)); }
       async dispatchProfile(data) { console.log(JSON.stringify(data)); }
     }
     RegisterDestination({ package: 'mine', title: 'Mine', credentials: nothing, init: nothing })(Mine);
     const config = { version: 1, destinations: [{ id: 'mine', package: 'mine', mapping: { id: 'event@id' } }] };
     const host = await startHost({ config, register: [Mine] });
     await host.dispatch({ event: { id: 'mine-1', type: 'greeting' } });
     await host.drain();
     await host.close();`,
  );
  const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: application });
  expect(stdout).toBe('{"id":"mine-1"}\n');
});

test('a package is described by its author, added to the application, and delivers; nothing of it is run before that', async () => {
  const folder = join(work, 'authors/late');
  const declared = { files: ['index.js', 'dest.manifest.json'], dest: { api: 1, hosts: [] } };
  const trace = `require('node:fs').appendFileSync(process.env.TRACE ?? '/dev/null', 'run ');\n`;
  write(join(folder, 'package.json'), manifest('dest-plugin-late', declared));
  write(
    join(folder, 'index.js'),
    trace + guideExamples().get('plugin-cjs/index.js')!.replaceAll('dest-plugin-journal', 'dest-plugin-late'),
  );
  await dest('manifest', folder);
  await dest('manifest', folder, '--check');
  const file = await pack(folder, work);

  const env = { ...process.env, TRACE: join(work, 'trace'), npm_config_prefer_offline: 'true' };
  const bin = join(application, 'node_modules/.bin/dest');
  const traced = async (...words: string[]): Promise<string> =>
    (await run(bin, [...words, '-c', 'late.yaml'], { cwd: application, env })).stdout;
  const configuration = '# late\nversion: 1\noutbox: { type: memory }\nplugins: [] # none yet\n';
  write(join(application, 'late.yaml'), configuration);
  expect(await traced('add', file, '--yes')).toContain('destination dest-plugin-late');
  const added = 'plugins: [{ package: dest-plugin-late, range: ^1.0.0 }] # none yet\n';
  expect(readFileSync(join(application, 'late.yaml'), 'utf8')).toBe(configuration.replace(/plugins.*\n/, added));
  const listed = JSON.parse(await traced('plugins', '--json')) as { plugins: { plugin: string; status: string }[] };
  expect(listed.plugins).toMatchObject([{ plugin: 'dest-plugin-late', status: 'described', hosts: [], warnings: [] }]);
  expect(existsSync(join(work, 'trace'))).toBe(false);

  const destinations = `destinations: [{ id: late, package: dest-plugin-late, init: { path: late.ndjson } }]\n`;
  write(join(application, 'late.yaml'), readFileSync(join(application, 'late.yaml'), 'utf8') + destinations);
  const { findings } = JSON.parse(await traced('doctor', '--json')) as {
    findings: { severity: string; code: string }[];
  };
  // The plugin that brings its own copy is in the same tree.
  const wrong = findings.filter(({ severity, code }) => severity !== 'ok' && code !== 'OUTBOX_DISK_LOW');
  expect(wrong.map(({ code }) => code)).toEqual(['CORE_DUPLICATED']);
  await traced('send', 'events.ndjson', '--json');
  expect(readFileSync(join(application, 'late.ndjson'), 'utf8').trim().split('\n')).toHaveLength(2);
  expect(readFileSync(join(work, 'trace'), 'utf8')).toContain('run');
}, 120_000);
