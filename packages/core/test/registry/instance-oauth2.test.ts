import {
  defineSchema,
  DestinationRegistry,
  failureOf,
  OAUTH2,
  oauth2,
  RegisterDestination,
  type DestinationRegistryOptions,
  type OAuth2,
  type OAuth2Client,
  type OAuth2Options,
} from '@dest/core';
import { aDestination, aResource } from '../support/a-destination';

const settings = { tokenUrl: 'https://login.example/token', clientId: 'dest', clientSecret: 's3cret' };

/** What a constructor is handed that asks for tokens. */
function injected(
  production: object,
  options: Partial<DestinationRegistryOptions> = {},
  properties: Readonly<Record<string, object>> = { oauth2: oauth2() },
): OAuth2 {
  class Asking {
    constructor(
      _debug: unknown,
      _resource: unknown,
      _destination: unknown,
      readonly tokens: OAuth2,
    ) {}
    async dispatchEvent(): Promise<void> {}
    async dispatchProfile(): Promise<void> {}
  }
  const credentials = defineSchema({ type: 'object', properties, additionalProperties: false });
  const init = defineSchema({ type: 'object' });
  RegisterDestination({ package: 'asking', title: 'Asking', credentials, init, inject: [OAUTH2] })(Asking as never);
  const registry = new DestinationRegistry({ from: __dirname, ...options });
  registry.register(Asking);
  const resource = aResource({ credentials: { production, test: { oauth2: { ...settings, clientId: 'tests' } } } });
  const destination = aDestination({ package: 'asking', resource: { id: 'main' } });
  return (registry.create({ debug: false, resource, destination }) as unknown as Asking).tokens;
}

const codeOf = (tokens: OAuth2): Promise<string> =>
  tokens.get().then(
    () => 'none',
    (error: unknown) => failureOf(error).code,
  );

describe('OAUTH2', () => {
  it.each([
    ['oauth2', { oauth2: settings }, { oauth2: oauth2() }],
    [
      'a property of a property',
      { login: { way: settings } },
      { login: { type: 'object', properties: { way: oauth2() } } },
    ],
    [
      'one of several',
      { login: settings },
      { login: { anyOf: [{ type: 'object', properties: { key: { type: 'string' } }, required: ['key'] }, oauth2()] } },
    ],
  ])('has the settings of the side that is used, from %s', async (_where, credentials, properties) => {
    const asked: OAuth2Client[] = [];
    const tokens: OAuth2 = { get: () => Promise.resolve('t'), refused: () => true };
    const provider = { tokensFor: (client: OAuth2Client) => (asked.push(client), tokens) };
    expect(injected(credentials, { oauth2: provider }, properties)).toBe(tokens);
    expect(asked).toEqual([{ resource: 'main', debug: false, settings }]);
  });

  it('says so where nobody provides tokens', async () => {
    const tokens = injected({ oauth2: settings });
    await expect(tokens.get()).rejects.toThrow(/startHost.*@dest\/testkit/);
    expect(await codeOf(tokens)).toBe('OAUTH2_NOT_PROVIDED');
    expect(tokens.refused('x')).toBe(false);
  });

  it('says so where the credentials hold no settings', async () => {
    expect(await codeOf(injected({}))).toBe('OAUTH2_NOT_CONFIGURED');
    expect(await codeOf(injected({ oauth2: settings }, {}, { oauth2: { type: 'object' } }))).toBe(
      'OAUTH2_NOT_CONFIGURED',
    );
  });

  it('may be bound by the application instead', async () => {
    const own: OAuth2 = { get: () => Promise.resolve('own'), refused: () => false };
    expect(await injected({ oauth2: settings }, { bindings: [[OAUTH2, own]] }).get()).toBe('own');
  });
});

describe('oauth2()', () => {
  const { tokenUrl, ...client } = settings;
  const { clientSecret: _secret, ...publicClient } = settings;

  function refusal(given: object, options?: OAuth2Options): string {
    try {
      injected({ oauth2: given }, {}, { oauth2: oauth2(options) });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  }

  it.each<[object, OAuth2Options]>([
    [settings, {}],
    [{ ...client, issuerUrl: 'https://login.example/realms/a', scope: 'a b', audience: 'x' }, {}],
    [{ ...settings, refreshToken: 'r', clientAuthentication: 'basic' }, {}],
    [{ ...publicClient, refreshToken: 'r' }, {}],
    [{ ...publicClient, refreshToken: 'r' }, { grants: ['refresh_token'] }],
    [settings, { grants: ['client_credentials'] }],
  ])('takes %j with %j', (given, options) => {
    expect(refusal(given, options)).toBe('');
  });

  it.each<[object, RegExp, OAuth2Options]>([
    [client, /oauth2\.tokenUrl: is missing/, {}],
    [
      { ...settings, issuerUrl: 'https://login.example' },
      /oauth2: should hold either tokenUrl or issuerUrl, not both/,
      {},
    ],
    [publicClient, /oauth2\.clientSecret: is missing/, {}],
    [settings, /oauth2\.refreshToken: is missing/, { grants: ['refresh_token'] }],
    [{ ...settings, refreshToken: 'r' }, /refreshToken: is not known here/, { grants: ['client_credentials'] }],
    [{ ...settings, tokenUrl: 'ftp://x/' }, /oauth2\.tokenUrl: should match/, {}],
    [{ ...settings, clientAuthentication: 'jwt' }, /should be one of "body", "basic"/, {}],
    [{ ...settings, clientSecret: 5 }, /clientSecret: should be a string, is a number \(not shown/, {}],
  ])('refuses %j: %s', (given, message, options) => {
    expect(refusal(given, options)).toMatch(message);
    expect(refusal(given, options)).not.toContain('s3cret');
  });

  it('gives a description and the titles for a form', () => {
    expect(oauth2({ title: 'Sign-in', description: 'How to get in' })).toMatchObject({
      title: 'Sign-in',
      description: 'How to get in',
      properties: { clientSecret: { writeOnly: true }, refreshToken: { writeOnly: true } },
    });
    expect(tokenUrl).toBeDefined();
  });
});
