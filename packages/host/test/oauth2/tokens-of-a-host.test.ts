import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, type Host, type LaneStatus, type StartHostOptions } from '@dest/host';
import { FakeHttpServer, FakeIssuer, recordingLogger, type IssuerBehaviour } from '@dest/testkit';
import { TokenDestination } from './support/token-destination.cjs';

const SECRET = 's3cret/+=of-client';

let issuer: FakeIssuer;
let receiver: FakeHttpServer;
let folder: string;
const hosts: Host[] = [];

beforeEach(async () => {
  [issuer, receiver] = await Promise.all([FakeIssuer.start(), FakeHttpServer.start()]);
  folder = await mkdtemp(join(tmpdir(), 'token-host-'));
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  await Promise.all([issuer.stop(), receiver.stop()]);
  await rm(folder, { recursive: true });
});

interface Changes {
  readonly debug?: boolean;
  readonly allow?: readonly string[];
  readonly oauth2?: object;
  readonly test?: object;
  readonly destinations?: readonly string[];
}

function configuration({ debug = false, allow = ['127.0.0.1'], ...changes }: Changes = {}): object {
  const { oauth2 = {}, test, destinations = ['orders'] } = changes;
  const login = { oauth2: { tokenUrl: `${issuer.url}/token`, clientId: 'dest', clientSecret: SECRET, ...oauth2 } };
  return {
    version: 1,
    debug,
    outbox: { type: 'memory' },
    network: { allow },
    resources: [{ id: 'crm', credentials: { production: { url: receiver.origin, login }, ...(test && { test }) } }],
    destinations: destinations.map((id) => ({ id, package: 'token', resource: { id: 'crm' } })),
  };
}

async function start(config: object | string, options: Partial<StartHostOptions> = {}): Promise<Host> {
  const host = await startHost({ from: folder, register: [TokenDestination], ...options, config });
  hosts.push(host);
  return host;
}

async function send(host: Host, type = 'order'): Promise<readonly LaneStatus[]> {
  await host.dispatch({ event: { type } });
  await host.drain();
  return host.lanes();
}

const seen = (): readonly unknown[] => receiver.requests.map(({ headers }) => headers.authorization);

test('destinations of one resource share a token, which is kept in the folder of the configuration', async () => {
  await send(await start(configuration({ destinations: ['orders', 'returns', 'carts'] })));
  expect(seen()).toEqual(['token-1', 'token-1', 'token-1']);
  await send(await start(configuration()));
  expect(seen()).toHaveLength(4);
  expect(issuer.asked).toHaveLength(1);
  expect(await readdir(join(folder, '.dest/tokens'))).toHaveLength(1);
});

test('tokens.path names another folder', async () => {
  await send(await start({ ...configuration(), tokens: { path: 'kept' } }));
  expect(await readdir(join(folder, 'kept'))).toHaveLength(1);
});

test('the side of debug is asked for, and no other', async () => {
  const other = await FakeIssuer.start({ token: () => 'token-of-test' });
  const login = { oauth2: { tokenUrl: `${other.url}/token`, clientId: 'tests', clientSecret: 'another' } };
  const test = { url: receiver.origin, login };
  await send(await start(configuration({ debug: true, test })));
  expect(seen()).toEqual(['token-of-test']);
  expect(issuer.paths).toEqual([]);
  await send(await start(configuration({ test })));
  expect(seen()).toEqual(['token-of-test', 'token-1']);
  expect(other.asked).toHaveLength(1);
  const names = await readdir(join(folder, '.dest/tokens'));
  expect(names.map((name) => name.split('.')[1]).toSorted()).toEqual(['production', 'test']);
  await other.stop();
});

test('the issuer is reached under the network policy', async () => {
  const lanes = await send(await start(configuration({ allow: [] })));
  expect(lanes).toMatchObject([{ state: 'paused', reason: { code: 'NETWORK_ADDRESS_BLOCKED' } }]);
  expect(issuer.paths).toEqual([]);
});

test('wrong settings are an issue of the destination, without their values', async () => {
  const host = await start(configuration({ oauth2: { issuerUrl: issuer.url } }));
  const [lane] = await host.lanes();
  expect(lane).toMatchObject({ state: 'unavailable', reason: { code: 'CREDENTIALS_INVALID' } });
  expect(lane?.reason?.message).toContain('either tokenUrl or issuerUrl');
});

test('tokens come up in no log and no failure, also old ones, after a renewal and after a reload', async () => {
  const logger = recordingLogger();
  const path = join(folder, 'dest.yaml');
  const write = (scope: string): Promise<void> => writeFile(path, JSON.stringify(configuration({ oauth2: { scope } })));
  const kept = { refreshToken: issuer.grant() };
  await writeFile(path, JSON.stringify(configuration({ oauth2: kept })));
  const host = await start(path, { logger });
  await send(host);
  await send(host, 'fails');
  for (const scope of ['a', 'b']) {
    await write(scope);
    expect(await host.reload()).toMatchObject({ taken: true });
    await send(host, 'fails');
  }
  await send(host);
  const told = JSON.stringify([logger.lines, await host.lanes()]);
  expect(told).toContain('sends with •••');
  expect(told).toContain('no luck with •••');
  for (const secret of ['token-1', 'token-2', 'token-3', 'refresh-1', 'refresh-2', SECRET]) {
    expect(told).not.toContain(secret);
    expect(told).not.toContain(Buffer.from(`user:${secret}`).toString('base64'));
    expect(host.redact(`it was ${secret}`)).toBe('it was •••');
  }
  expect(seen()).toEqual(['token-1', 'token-3']);
});

describe('where a refresh token can’t be written', () => {
  const path = (): string => join(folder, 'dest.yaml');
  const refreshes = (): readonly (string | null)[] => issuer.asked.map((form) => form.get('refresh_token'));

  /** A host with tokens that no file has: their folder has become a file while the issuer was asked. */
  async function startUnwritten(): Promise<{
    readonly host: Host;
    write(changes?: object, kept?: string): Promise<void>;
  }> {
    const refuse = async (): Promise<undefined> => {
      await rm(join(folder, 'kept'), { recursive: true });
      await writeFile(join(folder, 'kept'), '');
    };
    issuer.behaviour = { refuse };
    const refreshToken = issuer.grant();
    const write = (changes: object = {}, kept = 'kept'): Promise<void> => {
      const oauth2 = { refreshToken, ...changes };
      return writeFile(path(), JSON.stringify({ ...configuration({ oauth2 }), tokens: { path: kept } }));
    };
    await write();
    const host = await start(path());
    await send(host);
    expect(refreshes()).toEqual(['refresh-1']);
    return { host, write };
  }

  test('a reload goes on with it', async () => {
    const { host, write } = await startUnwritten();
    await write({ scope: 'more' });
    expect(await host.reload()).toMatchObject({ taken: true });
    await send(host);
    await write({ scope: 'more', clientSecret: 'another' });
    expect(await host.reload()).toMatchObject({ taken: true });
    await send(host);
    expect(seen()).toEqual(['token-1', 'token-2', 'token-3']);
    expect(refreshes()).toEqual(['refresh-1', 'refresh-2', 'refresh-3']);
  });

  test('another folder that a reload names gets it', async () => {
    const { host, write } = await startUnwritten();
    await write({}, 'elsewhere');
    expect(await host.reload()).toMatchObject({ taken: true });
    await send(host);
    await host.close();
    await send(await start(path()));
    expect(seen()).toEqual(['token-1', 'token-1', 'token-1']);
    expect(refreshes()).toEqual(['refresh-1']);
    expect(await readFile(join(folder, 'elsewhere', await nameIn('elsewhere')), 'utf8')).toContain('refresh-2');
  });

  test('closing the host tries again', async () => {
    const { host } = await startUnwritten();
    await rm(join(folder, 'kept'));
    await host.close();
    expect(await readFile(join(folder, 'kept', await nameIn('kept')), 'utf8')).toContain('refresh-2');
    await send(await start(path()));
    expect(seen()).toEqual(['token-1', 'token-1']);
  });

  async function nameIn(place: string): Promise<string> {
    const names = await readdir(join(folder, place));
    expect(names).toHaveLength(1);
    return names[0] ?? '';
  }
});

describe('a process that is killed between the answer of the issuer and the file', () => {
  /** Runs a host in a process of its own; undefined where it was killed. */
  async function run(refreshToken: string, begun: (child: ChildProcess) => void): Promise<unknown> {
    const script = join(__dirname, 'fixtures/token-host.cjs');
    const words = [script, folder, issuer.url, receiver.origin, refreshToken];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    begun(child);
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await once(child, 'close');
    return told === '' ? undefined : JSON.parse(told);
  }

  async function killed(refreshToken: string): Promise<void> {
    let child: ChildProcess | undefined;
    issuer.behaviour = {
      ...issuer.behaviour,
      refuse: async () => {
        child?.kill('SIGKILL');
        await once(child as ChildProcess, 'close');
        return undefined;
      },
    };
    expect(await run(refreshToken, (begun) => (child = begun))).toBeUndefined();
    const { refuse: _refuse, ...rest }: IssuerBehaviour = issuer.behaviour;
    issuer.behaviour = rest;
  }

  test('tries the old refresh token, and says what to do where the issuer refuses it', async () => {
    const refreshToken = issuer.grant();
    await killed(refreshToken);
    const found = await run(refreshToken, () => undefined);
    expect(found).toMatchObject({ state: 'paused', reason: { code: 'OAUTH2_REFRESH_TOKEN_REFUSED' }, waiting: 2 });
    expect(JSON.stringify(found)).toContain('Grant access again');
    expect(JSON.stringify(found)).not.toContain(refreshToken);
    expect(issuer.asked.map((form) => form.get('refresh_token'))).toEqual([refreshToken, refreshToken]);
    // Access was granted again.
    const later = await run(issuer.grant(), () => undefined);
    expect(later).toMatchObject({ state: 'ready', waiting: 0 });
  }, 60_000);

  test('goes on where the issuer takes it once more', async () => {
    issuer.behaviour = { rotates: false };
    const refreshToken = issuer.grant();
    await killed(refreshToken);
    issuer.behaviour = {};
    expect(await run(refreshToken, () => undefined)).toMatchObject({ state: 'ready', waiting: 0 });
    const [name = ''] = (await readdir(join(folder, '.dest/tokens'))).filter((each) => each.endsWith('.json'));
    expect(await readFile(join(folder, '.dest/tokens', name), 'utf8')).toContain('refresh-2');
    expect(await readdir(join(folder, '.dest/tokens'))).toHaveLength(1);
  }, 60_000);
});
