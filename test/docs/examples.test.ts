import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readPage } from './markdown';

const run = promisify(execFile);
const root = join(__dirname, '../..');

/** The code blocks of a page with `<!-- kind: file -->` above them, by file. */
function blocks(page: string, kind: 'example' | 'output'): ReadonlyMap<string, string> {
  const found = page.matchAll(new RegExp(`<!-- ${kind}: (\\S+) -->\\s+\`\`\`\\w+\\n([^]*?)\`\`\``, 'g'));
  return new Map([...found].map(([, file, content]) => [file as string, content as string]));
}

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-examples-')));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script as a reader would, on the built packages. */
async function runScript(file: string, content: string): Promise<string> {
  writeFileSync(join(folder, file), content);
  const { stdout, stderr } = await run(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  expect(stderr).toBe('');
  return stdout;
}

describe.each(['core', 'create-destination', 'host', 'testkit'].map((name) => `packages/${name}/README.md`))(
  '%s',
  (name) => {
    const page = readPage(join(root, name));
    const outputs = blocks(page, 'output');

    test.each([...blocks(page, 'example')])('%s prints what is said', async (file, content) => {
      expect(await runScript(file, content)).toBe(outputs.get(file));
    });
  },
);

test('the destination in docs/reference/contract.md works', async () => {
  const example = blocks(readPage(join(root, 'docs/reference/contract.md')), 'example').get('ledger.js') as string;
  writeFileSync(join(folder, 'ledger.js'), example);
  const printed = await runScript(
    'use.mjs',
    `import { checkDestination, loadApplication, startHost } from '@dest/host';
     import { noopLogger, systemClock } from '@dest/core';
     const config = {
       version: 1,
       plugins: ['./ledger.js'],
       destinations: [{ id: 'books', package: 'ledger', init: { path: 'books.txt' }, mapping: { amount: 'event@properties.amount' } }],
     };
     const failed = [];
     const observer = { settled: ({ outcome }) => outcome.status === 'failed' && failed.push(outcome.failure.code) };
     const host = await startHost({ config, observer });
     await host.dispatch({ event: { id: 'e-1', type: 'paid', properties: { amount: 5 } } });
     await host.dispatch({ event: { id: 'e-2', type: 'paid' } });
     await host.drain();
     await host.close();
     const application = await loadApplication({ config });
     const check = await checkDestination(application, application.destinations[0], { clock: systemClock, logger: noopLogger });
     console.log(JSON.stringify({ failed, check }));`,
  );
  expect(JSON.parse(printed)).toEqual({
    failed: ['LEDGER_NO_AMOUNT'],
    check: {
      destination: 'books',
      package: 'ledger',
      ok: true,
      steps: [
        { name: 'opened', ok: true },
        { name: 'writable', ok: true, message: '23 bytes so far' },
      ],
      failure: null,
    },
  });
  expect(readFileSync(join(folder, 'books.txt'), 'utf8')).toBe('e-1:books {"amount":5}\n');
});

test('the destination with OAuth 2.0 in docs/reference/contract.md renews a token once, and then says whose fault it is', async () => {
  const example = blocks(readPage(join(root, 'docs/reference/contract.md')), 'example').get('crm.js') as string;
  writeFileSync(join(folder, 'crm.js'), example);
  const printed = await runScript(
    'use.mjs',
    `import { startHost } from '@dest/host';
     import { FakeHttpServer, FakeIssuer } from '@dest/testkit';
     const [issuer, crm] = await Promise.all([FakeIssuer.start(), FakeHttpServer.start()]);
     const oauth2 = { tokenUrl: issuer.url + '/token', clientId: 'dest', clientSecret: 's3cret' };
     const failed = [];
     const observer = { settled: ({ outcome }) => outcome.status !== 'delivered' && failed.push([outcome.failure.retry, outcome.failure.code]) };
     for (const [id, ...statuses] of [['✉ 1', 401, 200], ['✉ 2', 401, 401], ['✉ 3', 400], ['✉ 4', 429], ['✉ 5', 302]]) {
       crm.answer = () => ({ status: statuses.shift() ?? 200, headers: { location: '/' } });
       const config = {
         version: 1,
         outbox: { type: 'memory' },
         plugins: ['./crm.js'],
         network: { allow: ['127.0.0.1'] },
         tokens: { path: 'tokens-' + encodeURIComponent(id) },
         resources: [{ id: 'crm', credentials: { production: { url: crm.origin, oauth2 } } }],
         destinations: [{ id: 'contacts', package: 'crm', resource: { id: 'crm' } }],
       };
       const host = await startHost({ config, observer });
       await host.dispatch({ event: { id, type: 'paid' } });
       await host.drain();
       await host.close();
     }
     console.log(JSON.stringify({ failed, requests: crm.requests.map(({ headers }) => [headers.authorization, headers['idempotency-key']]) }));
     await Promise.all([issuer.stop(), crm.stop()]);`,
  );
  const key = (id: string): string => encodeURIComponent(`${id}:contacts`);
  expect(JSON.parse(printed)).toEqual({
    failed: [
      ['configuration', 'CRM_HTTP_401'],
      ['permanent', 'CRM_HTTP_400'],
      ['transient', 'CRM_HTTP_429'],
      ['configuration', 'CRM_HTTP_302'],
    ],
    requests: [
      ['Bearer token-1', key('✉ 1')],
      ['Bearer token-2', key('✉ 1')],
      ['Bearer token-3', key('✉ 2')],
      ['Bearer token-4', key('✉ 2')],
      ['Bearer token-5', key('✉ 3')],
      ['Bearer token-6', key('✉ 4')],
      ['Bearer token-7', key('✉ 5')],
    ],
  });
});
