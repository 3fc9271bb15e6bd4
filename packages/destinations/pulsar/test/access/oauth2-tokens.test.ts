import { createHttp } from '@dest/core';
import type { OAuth2Settings } from '../../src/access/oauth2-settings';
import { OAuth2Tokens } from '../../src/access/oauth2-tokens';
import { failure } from '../support/failure';
import { FakeIssuer, type IssuerBehaviour } from '../support/fake-issuer';
import { openHttp } from '../support/open-http';

const SECRET = 'the-cl1ent-s3cret';

let issuer: FakeIssuer;
let now = 0;

afterEach(async () => issuer.stop());

async function tokensOf(
  behaviour: IssuerBehaviour = {},
  settings: Partial<OAuth2Settings> = {},
  http = openHttp,
): Promise<OAuth2Tokens> {
  issuer = await FakeIssuer.start(behaviour);
  now = 0;
  const all = { issuerUrl: `${issuer.url}/`, clientId: 'dest', clientSecret: SECRET, ...settings };
  return new OAuth2Tokens(all, http, () => now);
}

it('asks the issuer for its endpoint, and that with client, secret, audience and scope', async () => {
  const tokens = await tokensOf({}, { audience: 'urn:pulsar', scope: 'produce consume' });

  expect(await tokens.get()).toBe('token-1');

  expect(issuer.paths).toEqual(['GET /.well-known/openid-configuration', 'POST /token']);
  expect(Object.fromEntries(issuer.asked[0] ?? [])).toEqual({
    grant_type: 'client_credentials',
    client_id: 'dest',
    client_secret: SECRET,
    audience: 'urn:pulsar',
    scope: 'produce consume',
  });
});

it('keeps a token until a minute before its end', async () => {
  const tokens = await tokensOf({ expiresIn: 3600 });
  await tokens.get();

  now = 3_539_000;
  expect(await tokens.get()).toBe('token-1');
  now = 3_540_000;
  expect(await tokens.get()).toBe('token-2');
});

it('keeps a short-lived one until a fifth of its life is left', async () => {
  const tokens = await tokensOf({ expiresIn: 10 });
  await tokens.get();

  now = 7_900;
  expect(await tokens.get()).toBe('token-1');
  now = 8_000;
  expect(await tokens.get()).toBe('token-2');
});

it('keeps one without an end until it is refused', async () => {
  const tokens = await tokensOf({ expiresIn: undefined });
  await tokens.get();

  now = 1e12;
  expect(await tokens.get()).toBe('token-1');
  expect(tokens.discard('token-1')).toBe(true);
  expect(await tokens.get()).toBe('token-2');
});

it('says that asking again is of no use where a token was refused that had just come', async () => {
  const tokens = await tokensOf();

  expect(tokens.discard(await tokens.get())).toBe(false);
  expect(await tokens.get()).toBe('token-2');
});

it('asks once for all who wait', async () => {
  const tokens = await tokensOf();

  expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(Array(3).fill('token-1'));
  expect(issuer.asked).toHaveLength(1);
});

it('goes on with a token that is valid still where the issuer is down', async () => {
  const tokens = await tokensOf({ expiresIn: 100 });
  await tokens.get();
  issuer.behaviour = { refuse: () => ({ status: 503 }) };

  now = 90_000;
  expect(await tokens.get()).toBe('token-1');
  now = 100_000;
  expect(await failure(tokens.get())).toMatchObject({ code: 'PULSAR_OAUTH2_UNAVAILABLE' });
});

it.each([
  [400, 'invalid_client', 'configuration', 'PULSAR_OAUTH2_REFUSED'],
  [401, 'invalid_client', 'configuration', 'PULSAR_OAUTH2_REFUSED'],
  [403, 'access_denied', 'configuration', 'PULSAR_OAUTH2_REFUSED'],
  [429, 'slow_down', 'transient', 'PULSAR_OAUTH2_UNAVAILABLE'],
  [503, 'temporarily_unavailable', 'transient', 'PULSAR_OAUTH2_UNAVAILABLE'],
])('a %d with %s is %s, in the issuer’s words and without the secret', async (status, error, retry, code) => {
  const body = JSON.stringify({ error, error_description: `no good: ${SECRET}` });
  const tokens = await tokensOf({ refuse: () => ({ status, body, headers: { 'retry-after': '9' } }) });

  const refused = await failure(tokens.get());

  expect(refused).toMatchObject({ retry, scope: 'destination', code });
  expect(refused.message).toContain(`${status} ${error}: no good: ***`);
  expect(refused.message).not.toContain(SECRET);
  expect(refused.retryAfterMs).toBe(retry === 'transient' ? 9_000 : undefined);
});

it('follows no redirect', async () => {
  const elsewhere = await FakeIssuer.start();
  try {
    const tokens = await tokensOf({
      refuse: () => ({ status: 307, headers: { location: `${elsewhere.url}/token` } }),
    });

    expect(await failure(tokens.get())).toMatchObject({ retry: 'configuration', code: 'PULSAR_OAUTH2_REFUSED' });
    expect(elsewhere.paths).toEqual([]);
  } finally {
    await elsewhere.stop();
  }
});

it.each([
  ['text', 'PULSAR_OAUTH2_REFUSED'],
  ['{"token_type":"Bearer"}', 'PULSAR_OAUTH2_REFUSED'],
  ['{"access_token":"two\\nlines"}', 'PULSAR_OAUTH2_REFUSED'],
])('takes %s for no token', async (body, code) => {
  const tokens = await tokensOf({ refuse: () => ({ status: 200, body }) });

  expect(await failure(tokens.get())).toMatchObject({ retry: 'configuration', code });
});

it('refuses an endpoint that is nowhere', async () => {
  const tokens = await tokensOf({ tokenEndpoint: 'ftp://elsewhere/token' });

  expect(await failure(tokens.get())).toMatchObject({ retry: 'configuration', code: 'PULSAR_OAUTH2_REFUSED' });
  expect(issuer.asked).toEqual([]);
});

it('is transient where nobody answers', async () => {
  const tokens = await tokensOf();
  await issuer.stop();

  const refused = await failure(tokens.get());

  expect(refused).toMatchObject({ retry: 'transient', scope: 'destination', code: 'PULSAR_OAUTH2_UNAVAILABLE' });
  expect(refused.message).toContain('ECONNREFUSED');
  issuer = await FakeIssuer.start();
});

it('stays inside the host’s network policy', async () => {
  const policed = createHttp();
  const tokens = await tokensOf({}, {}, policed);

  expect(await failure(tokens.get())).toMatchObject({ retry: 'configuration', code: 'NETWORK_ADDRESS_BLOCKED' });
  expect(issuer.paths).toEqual([]);
  await policed.close();
});
