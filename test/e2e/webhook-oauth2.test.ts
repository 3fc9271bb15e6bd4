import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, type Host } from '@dest/host';
import { FakeHttpServer, FakeIssuer, recordingLogger, type FakeHttpAnswering } from '@dest/testkit';
import { WebhookDestination } from '@dest/webhook';

let issuer: FakeIssuer;
let receiver: FakeHttpServer;
let folder: string;
let host: Host | undefined;
const logger = recordingLogger();

beforeEach(async () => {
  [issuer, receiver] = await Promise.all([FakeIssuer.start(), FakeHttpServer.start()]);
  folder = await mkdtemp(join(tmpdir(), 'webhook-'));
});

afterEach(async () => {
  await host?.close();
  await Promise.all([issuer.stop(), receiver.stop()]);
  await rm(folder, { recursive: true });
});

/** Sends so many events by a real host, and resolves when all that can be done is done. */
async function send(count: number, init: object = {}): Promise<Host> {
  const oauth2 = { tokenUrl: `${issuer.url}/token`, clientId: 'dest', clientSecret: 's3cret-of-client' };
  host = await startHost({
    from: folder,
    register: [WebhookDestination],
    logger,
    config: {
      version: 1,
      outbox: { type: 'memory' },
      network: { allow: ['127.0.0.1'] },
      resources: [{ id: 'crm', credentials: { production: { url: receiver.origin, oauth2 } } }],
      destinations: [{ id: 'hook', package: '@dest/webhook', resource: { id: 'crm' }, init }],
    },
  });
  for (let sent = 0; sent < count; sent++) await host.dispatch({ event: { type: 'order' } });
  await host.drain();
  return host;
}

const authorizations = (): readonly unknown[] => receiver.requests.map(({ headers }) => headers.authorization);

/** A receiver that no longer takes a token. */
const refusing =
  (...tokens: readonly string[]): FakeHttpAnswering =>
  ({ headers: { authorization } }) =>
    tokens.some((token) => authorization === `Bearer ${token}`) ? { status: 401, body: `no ${authorization}` } : {};

it('sends the token of the issuer with each request, fetched once', async () => {
  await send(20);
  expect(authorizations()).toEqual(Array.from({ length: 20 }, () => 'Bearer token-1'));
  expect(issuer.asked).toHaveLength(1);
});

it('has a token that is refused replaced once, for all requests', async () => {
  receiver.answer = refusing('token-1');
  await send(20);
  expect(authorizations().filter((header) => header === 'Bearer token-2')).toHaveLength(20);
  expect(issuer.asked).toHaveLength(2);
});

it('is paused where new tokens are refused as well, and none comes up in what is told', async () => {
  receiver.answer = refusing('token-1', 'token-2', 'token-3');
  const lanes = await (await send(3)).lanes();
  expect(lanes).toMatchObject([{ state: 'paused', reason: { code: 'WEBHOOK_CREDENTIALS_REFUSED' } }]);
  expect(issuer.asked).toHaveLength(2);
  const told = JSON.stringify([lanes, logger.lines]);
  expect(told).toContain('no Bearer ***');
  expect(told).not.toMatch(/token-\d|s3cret/);
});

it('fails as the issuer does', async () => {
  issuer.behaviour = { client: { id: 'dest', secret: 'another' } };
  const lanes = await (await send(1)).lanes();
  expect(lanes).toMatchObject([{ state: 'paused', reason: { code: 'OAUTH2_CLIENT_REFUSED' } }]);
  expect(receiver.requests).toHaveLength(0);
});
