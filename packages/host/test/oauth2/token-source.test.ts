import { FakeIssuer } from '@dest/testkit';
import { failing, SECRET, tokenRig } from './support/token-rig';

const times = <Value>(count: number, make: (index: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_none, index) => make(index));

describe('fetching a token', () => {
  test('a hundred who ask at once, by several instances, share one request', async () => {
    const { issuer, host, settings } = await tokenRig();
    const provider = host();
    const client = { resource: 'crm', debug: false, settings: settings({ scope: 'a b', audience: 'api' }) };
    const tokens = await Promise.all(times(100, () => provider.tokensFor({ ...client }).get()));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(issuer.asked.map((form) => Object.fromEntries(form))).toEqual([
      {
        grant_type: 'client_credentials',
        client_id: 'dest',
        client_secret: SECRET,
        scope: 'a b',
        audience: 'api',
      },
    ]);
  });

  test('the address is read from the metadata of the issuer', async () => {
    const { issuer, tokens, settings } = await tokenRig();
    const { tokenUrl: _tokenUrl, ...rest } = settings();
    await tokens({ ...rest, tokenUrl: undefined as never, issuerUrl: `${issuer.url}/` }).get();
    expect(issuer.paths).toEqual(['GET /.well-known/openid-configuration', 'POST /token']);
  });

  test('metadata that name no usable address are refused', async () => {
    const { issuer, tokens } = await tokenRig({ tokenEndpoint: 'ftp://127.0.0.1/token' });
    const failure = await failing(tokens({ tokenUrl: undefined as never, issuerUrl: issuer.url }).get());
    expect(failure).toMatchObject({ retry: 'configuration', code: 'OAUTH2_REFUSED' });
    expect(failure.message).toContain('issuerUrl');
    expect(issuer.asked).toHaveLength(0);
  });

  test('basic authentication has id and secret form-encoded', async () => {
    const { issuer, tokens } = await tokenRig({ client: { id: 'dest:1', secret: SECRET } });
    expect(await tokens({ clientId: 'dest:1', clientAuthentication: 'basic' }).get()).toBe('token-1');
    expect([...(issuer.asked[0]?.keys() ?? [])]).toEqual(['grant_type']);
  });

  test('a caller that gives up does not end what others wait for', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
    const { issuer, tokens } = await tokenRig({ refuse: () => answered });
    const shared = tokens();
    const control = new AbortController();
    const [hasty, patient] = [shared.get({ signal: control.signal }), shared.get()];
    control.abort();
    expect(await failing(hasty)).toMatchObject({ retry: 'transient', scope: 'destination', code: 'OAUTH2_ABORTED' });
    expect(await failing(shared.get({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'OAUTH2_ABORTED' });
    answer();
    expect(await patient).toBe('token-1');
    expect(issuer.asked).toHaveLength(1);
  });
});

describe('renewing', () => {
  test.each([
    [3600, 3_539_000, 2_000],
    [100, 79_000, 2_000],
  ])('a token that lives for %i s is renewed before it expires', async (expiresIn, before, after) => {
    const { issuer, tokens, pass, settled } = await tokenRig({ expiresIn });
    const shared = tokens();
    await shared.get();
    pass(before);
    expect(await shared.get()).toBe('token-1');
    pass(after);
    expect(new Set(await Promise.all(times(100, () => shared.get())))).toEqual(new Set(['token-1']));
    await settled();
    expect(await shared.get()).toBe('token-2');
    expect(issuer.asked).toHaveLength(2);
  });

  test('an issuer that is silent holds nobody up while the token lives, nor after a restart', async () => {
    const { issuer, tokens, pass, settled } = await tokenRig({ expiresIn: 100 });
    let answer = (): void => undefined;
    const answered = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
    const [before, after] = [tokens(), tokens()];
    await before.get();
    issuer.behaviour = { refuse: () => answered };
    pass(85_000);
    expect(await after.get({ signal: AbortSignal.timeout(2_000) })).toBe('token-1');
    for (const shared of [before, after]) {
      expect(await shared.get({ signal: AbortSignal.abort() })).toBe('token-1');
    }
    pass(15_000);
    expect(await failing(before.get({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'OAUTH2_ABORTED' });
    answer();
    expect(await before.get()).toBe('token-2');
    await settled();
    expect(issuer.asked).toHaveLength(2);
  });

  test('without expires_in it is good until it is refused', async () => {
    const { tokens, pass } = await tokenRig({ expiresIn: undefined });
    const shared = tokens();
    await shared.get();
    pass(365 * 24 * 60 * 60 * 1000);
    expect(await shared.get()).toBe('token-1');
  });

  test('while the issuer is down the token is used as long as it lives, and the issuer asked now and then', async () => {
    const { issuer, tokens, pass, logger, settled } = await tokenRig({ expiresIn: 100 });
    const shared = tokens();
    await shared.get();
    issuer.behaviour = { refuse: () => ({ status: 503 }) };
    pass(85_000);
    for (let time = 0; time < 5; time++) {
      expect(await shared.get()).toBe('token-1');
      await settled();
    }
    expect(issuer.asked).toHaveLength(2);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { code: 'OAUTH2_UNAVAILABLE' } },
    ]);
    pass(16_000);
    expect(await failing(shared.get())).toMatchObject({ code: 'OAUTH2_UNAVAILABLE' });
    issuer.behaviour = {};
    pass(2_000);
    expect(await shared.get()).toBe('token-4');
  });

  test('one that is refused is replaced once, however many say so', async () => {
    const { issuer, tokens } = await tokenRig();
    const shared = tokens();
    await shared.get();
    const again = times(100, async () => (shared.refused('token-1') ? shared.get() : 'given up'));
    expect(new Set(await Promise.all(again))).toEqual(new Set(['token-2']));
    expect(shared.refused('token-1')).toBe(true);
    expect(await shared.get()).toBe('token-2');
    expect(issuer.asked).toHaveLength(2);
  });

  test('a new one that is refused as well is not replaced for a minute', async () => {
    const { issuer, tokens, pass } = await tokenRig();
    const shared = tokens();
    await shared.get();
    expect(shared.refused('token-1')).toBe(true);
    await shared.get();
    expect(shared.refused('token-2')).toBe(false);
    expect(await shared.get()).toBe('token-2');
    expect(issuer.asked).toHaveLength(2);
    pass(61_000);
    expect(shared.refused('token-2')).toBe(true);
    expect(await shared.get()).toBe('token-3');
  });
});

describe('failures', () => {
  test('an issuer that is down is let alone for as long as it asks for', async () => {
    const { issuer, tokens, pass } = await tokenRig({
      refuse: () => ({ status: 503, headers: { 'retry-after': '30' } }),
    });
    const shared = tokens();
    expect(await failing(shared.get())).toMatchObject({
      retry: 'transient',
      scope: 'destination',
      code: 'OAUTH2_UNAVAILABLE',
      retryAfterMs: 30_000,
    });
    pass(10_000);
    expect(await failing(shared.get())).toMatchObject({ code: 'OAUTH2_UNAVAILABLE', retryAfterMs: 20_000 });
    expect(issuer.asked).toHaveLength(1);
    issuer.behaviour = {};
    pass(20_000);
    expect(await shared.get()).toBe('token-2');
  });

  test('one that can not be reached is transient, and named', async () => {
    const { issuer, tokens } = await tokenRig();
    const { url } = issuer;
    await issuer.stop();
    const failure = await failing(tokens({ tokenUrl: `${url}/token?key=hidden` }).get());
    expect(failure).toMatchObject({ retry: 'transient', scope: 'destination', code: 'OAUTH2_UNAVAILABLE' });
    expect(failure.message).toContain(`${url}/token gives no token for the moment`);
    expect(failure.message).toContain('ECONNREFUSED');
    expect(failure.message).not.toContain('hidden');
  });

  test.each([
    [{ status: 400, body: '{"error":"invalid_scope","error_description":"no such scope"}' }, 'OAUTH2_REFUSED'],
    [{ status: 400, body: '{"error":"unauthorized_client"}' }, 'OAUTH2_CLIENT_REFUSED'],
    [{ status: 302, headers: { location: '/login' } }, 'OAUTH2_REFUSED'],
    [{ status: 404, body: '<html>' }, 'OAUTH2_REFUSED'],
    [{ status: 200, body: 'no JSON' }, 'OAUTH2_REFUSED'],
    [{ status: 200, body: '{"access_token":"two words"}' }, 'OAUTH2_REFUSED'],
    [{ status: 200, body: '{"access_token":"t","token_type":"DPoP"}' }, 'OAUTH2_REFUSED'],
    [{ status: 200, body: '{"error":"bad_verification"}' }, 'OAUTH2_REFUSED'],
  ])('%j is the configuration’s fault: %s', async (refusal, code) => {
    const { tokens, issuer } = await tokenRig({ refuse: () => refusal });
    const failure = await failing(tokens().get());
    expect(failure).toMatchObject({ retry: 'configuration', code });
    expect(failure.message).toMatch(/^Resource crm: .*issuer at http.*\/token/);
    expect(issuer.paths).toEqual(['POST /token']);
  });

  test.each([[{ status: 429, body: '' }], [{ status: 400, body: '{"error":"temporarily_unavailable"}' }]])(
    '%j is for the moment',
    async (refusal) => {
      const { tokens } = await tokenRig({ refuse: () => refusal });
      expect(await failing(tokens().get())).toMatchObject({ retry: 'transient', code: 'OAUTH2_UNAVAILABLE' });
    },
  );

  test('a wrong client is told what to check, and no secret comes up anywhere', async () => {
    const { tokens, issuer, logger } = await tokenRig({ client: { id: 'dest', secret: 'another' } });
    const failure = await failing(tokens().get());
    expect(failure).toMatchObject({ retry: 'configuration', code: 'OAUTH2_CLIENT_REFUSED' });
    expect(failure.message).toContain('clientSecret');
    const echoes = [SECRET, encodeURIComponent(SECRET), Buffer.from(`dest:${SECRET}`).toString('base64')];
    issuer.behaviour = { refuse: () => ({ status: 401, body: `no client with ${echoes.join(' or ')}` }) };
    const echoed = await failing(tokens().get());
    expect(echoed.message).toContain('no client with');
    const told = JSON.stringify([failure, echoed, logger.lines]);
    for (const echo of echoes) expect(told).not.toContain(echo);
    expect(told).not.toContain('s3cret');
  });

  test('what the network policy refuses stays what it is', async () => {
    const { tokens } = await tokenRig();
    const failure = await failing(tokens({ tokenUrl: 'http://127.0.0.2:9000/token' }).get());
    expect(failure).toMatchObject({ retry: 'configuration', code: 'NETWORK_ADDRESS_BLOCKED' });
  });
});

test('test and production have tokens of their own', async () => {
  const { host, settings, issuer } = await tokenRig();
  const other = await FakeIssuer.start({ token: () => 'of-test' });
  try {
    const provider = host();
    const same = { resource: 'crm', settings: settings() };
    expect(await provider.tokensFor({ ...same, debug: false }).get()).toBe('token-1');
    expect(await provider.tokensFor({ ...same, debug: true }).get()).toBe('token-2');
    const elsewhere = { ...same, settings: settings({ tokenUrl: `${other.url}/token` }) };
    expect(await provider.tokensFor({ ...elsewhere, debug: true }).get()).toBe('of-test');
    expect(
      await host()
        .tokensFor({ ...same, debug: false })
        .get(),
    ).toBe('token-1');
    expect(issuer.asked).toHaveLength(2);
  } finally {
    await other.stop();
  }
});
