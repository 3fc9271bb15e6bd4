import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UnwrittenTokens } from '../../src/oauth2/unwritten-tokens';
import { failing, tokenRig, type TokenRig } from './support/token-rig';

const HOUR_MS = 60 * 60 * 1000;

async function files({ folder }: TokenRig): Promise<readonly string[]> {
  return (await readdir(folder)).toSorted();
}

const refreshes = ({ issuer }: TokenRig): readonly (string | null)[] =>
  issuer.asked.map((form) => form.get('refresh_token'));

test('tokens are kept across a restart', async () => {
  const rig = await tokenRig();
  expect(await rig.tokens().get()).toBe('token-1');
  expect(await rig.tokens().get()).toBe('token-1');
  expect(rig.issuer.asked).toHaveLength(1);
  expect([...rig.learnt]).toEqual(['token-1']);
});

test('a refresh token that the issuer gave is kept across restarts, and known as a secret', async () => {
  const rig = await tokenRig();
  const refreshToken = rig.issuer.grant();
  for (let start = 1; start <= 4; start++) {
    expect(await rig.tokens({ refreshToken }).get()).toBe(`token-${start}`);
    rig.pass(HOUR_MS);
  }
  expect(refreshes(rig)).toEqual(['refresh-1', 'refresh-2', 'refresh-3', 'refresh-4']);
  expect(rig.learnt).toContain('refresh-5');
  expect(rig.learnt).toContain('token-1');
});

test('an issuer that gives no other is asked by the same', async () => {
  const rig = await tokenRig({ rotates: false });
  const tokens = rig.tokens({ refreshToken: rig.issuer.grant() });
  await tokens.get();
  rig.pass(HOUR_MS);
  await tokens.get();
  expect(refreshes(rig)).toEqual(['refresh-1', 'refresh-1']);
});

test('two hosts on one folder lose no refresh token', async () => {
  const rig = await tokenRig();
  const refreshToken = rig.issuer.grant();
  const hosts = [rig.tokens({ refreshToken }), rig.tokens({ refreshToken })];
  for (let round = 1; round <= 5; round++) {
    const tokens = await Promise.all(hosts.map((host) => host.get()));
    expect(tokens).toEqual([`token-${round}`, `token-${round}`]);
    rig.pass(HOUR_MS);
  }
  expect(rig.issuer.asked).toHaveLength(5);
  expect((await files(rig)).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

test('a token that one host has replaced, the other takes over when it is refused', async () => {
  const rig = await tokenRig();
  const [first, second] = [rig.tokens(), rig.tokens()];
  await Promise.all([first.get(), second.get()]);
  first.refused('token-1');
  expect(await first.get()).toBe('token-2');
  expect(second.refused('token-1')).toBe(true);
  expect(await second.get()).toBe('token-2');
  expect(rig.issuer.asked).toHaveLength(2);
});

test('what changed in the configuration starts anew, but for a refresh token that still belongs to it', async () => {
  const rig = await tokenRig();
  const refreshToken = rig.issuer.grant();
  await rig.tokens({ refreshToken }).get();
  // Another scope, or a new secret: another access token by the same grant.
  expect(await rig.tokens({ refreshToken, scope: 'more' }).get()).toBe('token-2');
  expect(await rig.tokens({ refreshToken, scope: 'more', clientSecret: 'new' }).get()).toBe('token-3');
  // Access was granted anew.
  const later = rig.issuer.grant();
  expect(await rig.tokens({ refreshToken: later }).get()).toBe('token-4');
  expect(refreshes(rig)).toEqual(['refresh-1', 'refresh-2', 'refresh-3', later]);
  // And without one, by client credentials.
  expect(await rig.tokens().get()).toBe('token-5');
  expect(rig.issuer.asked.at(-1)?.get('grant_type')).toBe('client_credentials');
});

test('a refresh token that is refused is told with what to do', async () => {
  const rig = await tokenRig();
  const failure = await failing(rig.tokens({ refreshToken: 'refresh-used-up' }).get());
  expect(failure).toMatchObject({ retry: 'configuration', code: 'OAUTH2_REFRESH_TOKEN_REFUSED' });
  expect(failure.message).toContain('Grant access again, and set refreshToken');
  expect(failure.message).not.toContain('refresh-used-up');
});

(process.platform === 'win32' ? test.skip : test)('only the owner can read them', async () => {
  const rig = await tokenRig();
  await rig.tokens().get();
  const [name = ''] = await files(rig);
  expect(name).toMatch(/^crm\.production\.[0-9a-f]{16}\.json$/);
  expect((await stat(join(rig.folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(rig.folder)).mode & 0o777).toBe(0o700);
  expect(await readFile(join(rig.folder, name), 'utf8')).not.toContain('s3cret');
});

test('a damaged file keeps a refresh token from being used up, and client credentials from nothing', async () => {
  const rig = await tokenRig();
  const refreshToken = rig.issuer.grant();
  await rig.tokens({ refreshToken }).get();
  await rig.tokens().get();
  for (const name of await files(rig)) await writeFile(join(rig.folder, name), '{"accessToken": "tok');
  const failure = await failing(rig.tokens({ refreshToken }).get());
  expect(failure).toMatchObject({ retry: 'configuration', code: 'OAUTH2_TOKENS_UNREADABLE' });
  expect(failure.message).toContain(rig.folder);
  expect(failure.message).not.toContain('tok"');
  expect(await rig.tokens().get()).toBe('token-3');
  expect(await rig.tokens().get()).toBe('token-3');
  expect(rig.issuer.asked).toHaveLength(3);
});

test('where they can’t be written they are used all the same, and the log says so', async () => {
  const rig = await tokenRig();
  // A file is where the folder should be, which stops root as well.
  await writeFile(rig.folder, '');
  const tokens = rig.tokens();
  const asking = Array.from({ length: 100 }, () => tokens.get());
  expect(new Set(await Promise.all(asking))).toEqual(new Set(['token-1']));
  expect(await tokens.get()).toBe('token-1');
  expect(rig.issuer.asked).toHaveLength(1);
  const warned = rig.logger.lines.filter(({ fields }) => fields?.['code'] === 'OAUTH2_TOKENS_NOT_KEPT');
  expect(new Set(warned.map(({ level }) => level))).toEqual(new Set(['warn']));
  expect(warned[0]?.message).toContain('tokens.path');
});

test('a refresh token that could not be written is the one that is used next', async () => {
  const rig = await tokenRig();
  const tokens = rig.tokens({ refreshToken: rig.issuer.grant() });
  await tokens.get();
  const [name = ''] = await files(rig);
  const path = join(rig.folder, name);
  const before = await readFile(path, 'utf8');
  rig.pass(HOUR_MS);
  // A folder in its place can't be replaced by a file.
  rig.issuer.behaviour = {
    refuse: async () => {
      await rm(path);
      await mkdir(join(path, 'full'), { recursive: true });
      return undefined;
    },
  };
  expect(await tokens.get()).toBe('token-2');
  const errors = rig.logger.lines.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toContain('Mend that before the host stops');
  await rm(path, { recursive: true });
  await writeFile(path, before);
  rig.issuer.behaviour = {};
  rig.pass(HOUR_MS);
  expect(await tokens.get()).toBe('token-3');
  expect(refreshes(rig)).toEqual(['refresh-1', 'refresh-2', 'refresh-3']);
});

test('one that could not be written is used once, though two configurations of a host need it and nothing can be locked', async () => {
  const rig = await tokenRig();
  const refreshToken = rig.issuer.grant();
  const unwritten = new UnwrittenTokens();
  const [before, after] = [rig.host(unwritten), rig.host(unwritten)].map((host) =>
    host.tokensFor({ resource: 'crm', debug: false, settings: rig.settings({ refreshToken }) }),
  );
  rig.issuer.behaviour = {
    refuse: async () => {
      await rm(rig.folder, { recursive: true });
      await writeFile(rig.folder, '');
      return undefined;
    },
  };
  await before?.get();
  rig.pass(HOUR_MS);
  expect(await Promise.all([before?.get(), after?.get()])).toEqual(['token-2', 'token-2']);
  expect(refreshes(rig)).toEqual(['refresh-1', 'refresh-2']);
});

test('the lock of a process that was killed holds nobody up', async () => {
  const rig = await tokenRig();
  const tokens = rig.tokens();
  await tokens.get();
  const [name = ''] = await files(rig);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(join(rig.folder, `${name}.lock`), `${pid} 1 ${hostname()}`);
  tokens.refused('token-1');
  const began = performance.now();
  expect(await tokens.get()).toBe('token-2');
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('closing waits for what the issuer is about to give', async () => {
  let answer = (): void => undefined;
  const answered = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
  const rig = await tokenRig({ refuse: () => answered });
  const refreshToken = rig.issuer.grant();
  const host = rig.host();
  const getting = host.tokensFor({ resource: 'crm', debug: false, settings: rig.settings({ refreshToken }) }).get();
  let isClosed = false;
  const closing = host.close().then(() => (isClosed = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isClosed).toBe(false);
  answer();
  await Promise.all([closing, getting]);
  const [name = ''] = await files(rig);
  expect(await readFile(join(rig.folder, name), 'utf8')).toContain('refresh-2');
});
