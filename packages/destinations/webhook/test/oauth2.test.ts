import { aDestination, anEvent, FakeHttpServer, hostBindings } from '@dest/testkit';
import { WebhookDestination } from '../src/index';
import { planRequests } from '../src/request-plan';
import { context, failing, webhook } from './support/webhook';

const oauth2 = { tokenUrl: 'https://login.example/token', clientId: 'dest', clientSecret: 'secret' };

it('sends each request with a token of the host, and once more where it is refused', async () => {
  const server = await FakeHttpServer.start();
  const host = hostBindings();
  const destination = aDestination(WebhookDestination, {
    credentials: { production: { url: server.origin, oauth2 } },
    host,
  });
  const send = (): Promise<void> => destination.dispatchEvent({}, undefined, undefined, anEvent(), context());
  await send();
  const first = server.requests[0]?.headers.authorization;
  expect(first).toMatch(/^Bearer token-/);
  server.answer = ({ headers }) =>
    headers.authorization === first ? { status: 401 } : { status: 400, body: `not by ${headers.authorization}` };
  const { code, message } = await failing(send());
  expect(code).toBe('WEBHOOK_REJECTED');
  expect(message).toContain('not by Bearer ***');
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    first,
    first,
    expect.not.stringMatching(first ?? ''),
  ]);
  await host.close();
  await server.stop();
});

it('is told by check where there is no token', async () => {
  // A registry without a host.
  const destination = aDestination(WebhookDestination, {
    credentials: { production: { url: 'https://hooks.example/', oauth2 } },
  });
  expect(await destination.check(context())).toMatchObject({ ok: false, steps: [{ name: 'authenticated' }] });
});

it('is one way of authentication, and no other may be beside it', () => {
  const url = 'https://hooks.example/';
  const { init } = webhook(fetch, { url }).destination;
  for (const other of [{ token: 't' }, { username: 'u' }, { headers: { authorization: 'x' } }]) {
    expect(() => planRequests({ url, oauth2, ...other }, init)).toThrow('set one of');
  }
  expect(() => planRequests({ url, oauth2 }, init)).not.toThrow();
});
