import { execFile } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npm, pack } from '../support/npm';

const run = promisify(execFile);
const root = join(__dirname, '../..');

/** A folder outside of the repository: nothing is there but the packed packages. */
let work: string;
const packed = new Map<string, string>();

beforeAll(async () => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'dest-create-')));
  const names = ['core', 'host', 'testkit', 'cli', 'create-destination'];
  await Promise.all(names.map(async (name) => packed.set(name, await pack(join(root, 'packages', name), work))));
}, 120_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The tarballs of packages that stand for what will come from npm. */
function tarballs(...names: readonly string[]): readonly string[] {
  return names.map((name) => packed.get(name) as string);
}

/** What was done, and how long it took. */
class Timing {
  readonly #steps: (readonly [step: string, seconds: number])[] = [];

  async step<Result>(name: string, body: () => Promise<Result>): Promise<Result> {
    const begun = performance.now();
    const result = await body();
    this.#steps.push([name, (performance.now() - begun) / 1_000]);
    return result;
  }

  toString(): string {
    const total = this.#steps.reduce((sum, [, seconds]) => sum + seconds, 0);
    const lines = [...this.#steps, ['from nothing to delivered', total] as const];
    return lines.map(([step, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${step}\n`).join('');
  }
}

interface Posted {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

async function listen(posted: Posted[]): Promise<Server> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      posted.push({ method: request.method, headers: request.headers, body: JSON.parse(text) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function configuration(plugin: string, port: number): string {
  return `version: 1
plugins: []
network: { allow: ['127.0.0.1'] }
resources:
  - id: main
    credentials:
      production: { url: 'http://127.0.0.1:${port}/items', token: '\${ITEMS_TOKEN}' }
destinations:
  - id: everything
    package: '${plugin}'
    resource: { id: main }
    mapping: { text: event@text }
`;
}

const languages = [
  ['typescript', '@acme/crm-feed'],
  ['javascript', 'dest-plugin-items'],
] as const;

test.each(languages)(
  'in %s: scaffold, build, conformance, pack, add beside a packed host, send',
  async (language, name) => {
    const timing = new Timing();
    const [folder, application] = [join(work, language), join(work, `${language}-application`)];
    const environment = {
      ...process.env,
      NO_COLOR: '1',
      ITEMS_TOKEN: 'a-secret-token',
      npm_config_prefer_offline: 'true',
    };

    await timing.step('npm create @dest/destination', async () => {
      const words = ['create-destination', name, '--language', language, '--folder', folder, '--yes'];
      await npm(work, 'exec', '--yes', '--package', ...tarballs('create-destination'), '--', ...words);
    });
    await timing.step('npm install', () =>
      npm(folder, 'install', '--save-dev', ...tarballs('core', 'host', 'testkit', 'cli')),
    );
    const tested = await timing.step('npm test: builds, conformance', () => npm(folder, 'test'));
    expect(Number(/^(?:#|ℹ) pass (\d+)$/m.exec(tested)?.[1])).toBeGreaterThan(60);
    expect(tested).toMatch(/^(?:#|ℹ) fail 0$/m);
    await run(process.execPath, [join(root, 'node_modules/publint/src/cli.js'), '--strict', folder]);
    const plugin = await timing.step('npm pack', () => pack(folder, work));

    mkdirSync(application);
    writeFileSync(join(application, 'package.json'), JSON.stringify({ name: 'application', private: true }));
    await timing.step('npm install of the host', () =>
      npm(application, 'install', ...tarballs('core', 'host', 'testkit', 'cli')),
    );

    const posted: Posted[] = [];
    const server = await listen(posted);
    const dest = async (...words: readonly string[]): Promise<string> => {
      const command = join(application, 'node_modules/.bin/dest');
      return (await run(command, words, { cwd: application, env: environment })).stdout;
    };
    try {
      writeFileSync(join(application, 'dest.yaml'), configuration(name, (server.address() as AddressInfo).port));
      const envelopes = ['one', 'zwölf'].map((id) => ({ id, event: { type: 'greeting', text: id } }));
      writeFileSync(join(application, 'events.ndjson'), envelopes.map((each) => `${JSON.stringify(each)}\n`).join(''));
      const added = await timing.step('dest add', () => dest('add', plugin, '--yes'));
      expect(added).toContain(`destination ${name}`);
      const { plugins } = JSON.parse(await dest('plugins', '--json')) as { readonly plugins: readonly object[] };
      expect(plugins).toMatchObject([
        { plugin: name, status: 'described', hosts: ['{credentials.url}'], warnings: [] },
      ]);
      const sent = await timing.step('dest send', () => dest('send', 'events.ndjson', '--json'));
      expect(JSON.parse(sent)).toMatchObject({ destinations: [{ destination: 'everything', delivered: 2 }] });
      expect(posted.map(({ method, body }) => [method, body])).toEqual(
        expect.arrayContaining([
          ['POST', { text: 'one' }],
          ['POST', { text: 'zwölf' }],
        ]),
      );
      expect(posted[0]?.headers.authorization).toBe('Bearer a-secret-token');
      const keys = posted.map(({ headers }) => decodeURIComponent(String(headers['idempotency-key'])));
      expect(keys.toSorted()).toEqual(['one:everything', 'zwölf:everything']);

      // What is installed names its kit, which works from there too.
      const scorecard = JSON.parse(await dest('test', name, '--only', 'registration', '--json')) as object;
      expect(scorecard).toMatchObject({ ok: true, destinations: [{ package: name, failed: 0 }] });
    } finally {
      server.close();
    }
    process.stdout.write(`\nA destination in ${language}:\n${timing.toString()}`);
  },
  300_000,
);

test('the source of the class and its schemas has at most 45 lines', () => {
  for (const [language, file] of [
    ['typescript', 'src/index.ts'],
    ['javascript', 'src/index.js'],
  ] as const) {
    const source = readFileSync(join(work, language, file), 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(45);
  }
});
