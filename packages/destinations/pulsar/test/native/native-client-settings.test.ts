import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Access } from '../../src/access/access';
import type { NativeClientSettings } from '../../src/native/native-binding';
import { NativeTransport } from '../../src/native/native-transport';
import { accessOf } from '../support/access-of';
import { certificatePath, certificateText } from '../support/certificates';
import { failure } from '../support/failure';
import { NativeDouble, type NativeAuthentication } from '../support/native-double';
import { openHttp } from '../support/open-http';

const TLS_HOST = 'pulsar+ssl://broker:6651';
const TRUST = { text: certificateText('authority.crt'), path: certificatePath('authority.crt') };
const CLIENT = {
  certificate: { text: certificateText('client.crt'), path: certificatePath('client.crt') },
  key: { text: certificateText('client.key'), path: certificatePath('client.key') },
};

let transport: NativeTransport | undefined;

afterEach(async () => transport?.close());

/** What the client is made with. */
function settingsOf(access: Access): NativeClientSettings {
  const double = new NativeDouble();
  transport = new NativeTransport(double.binding, { access, http: openHttp });
  return double.clients[0] ?? { serviceUrl: '', operationTimeoutSeconds: 0 };
}

it.each<[string, Access['authentication'], string, object]>([
  ['a token', { type: 'token', token: 't' }, 'token', { token: 't' }],
  ['a password', { type: 'basic', username: 'dest', password: 'p' }, 'basic', { username: 'dest', password: 'p' }],
  [
    'OAuth 2.0',
    {
      type: 'oauth2',
      settings: { issuerUrl: 'https://login', clientId: 'c', clientSecret: 's', audience: 'a', scope: 'o' },
    },
    'oauth2',
    {
      type: 'client_credentials',
      issuer_url: 'https://login',
      client_id: 'c',
      client_secret: 's',
      audience: 'a',
      scope: 'o',
    },
  ],
  [
    'OAuth 2.0 without audience and scope',
    { type: 'oauth2', settings: { issuerUrl: 'https://login', clientId: 'c', clientSecret: 's' } },
    'oauth2',
    { type: 'client_credentials', issuer_url: 'https://login', client_id: 'c', client_secret: 's' },
  ],
])('%s becomes the client’s own', (_what, authentication, method, settings) => {
  const { authentication: made } = settingsOf({ host: TLS_HOST, tls: { verifyHostname: true }, authentication });

  expect(made as NativeAuthentication).toMatchObject({ method, settings });
});

it('nothing is shown where there is nothing, and there is no TLS without TLS', () => {
  expect(settingsOf(accessOf('pulsar://broker:6650'))).toEqual({
    serviceUrl: 'pulsar://broker:6650',
    operationTimeoutSeconds: 10,
  });
});

it('looks at the host name, which the client by itself does not, unless told otherwise', () => {
  expect(settingsOf(accessOf(TLS_HOST))).toMatchObject({
    tlsValidateHostname: true,
    tlsAllowInsecureConnection: false,
  });
  expect(settingsOf(accessOf(TLS_HOST, undefined, { verifyHostname: false }))).toMatchObject({
    tlsValidateHostname: false,
    tlsAllowInsecureConnection: false,
  });
});

it('a client certificate alone is the authentication', () => {
  const access: Access = {
    host: TLS_HOST,
    authentication: { type: 'certificate' },
    tls: { verifyHostname: true, trust: TRUST, client: CLIENT },
  };

  const { authentication, ...settings } = settingsOf(access);

  expect(settings).toMatchObject({ tlsTrustCertsFilePath: TRUST.path });
  expect(settings).not.toHaveProperty('tlsCertificateFilePath');
  expect(authentication as NativeAuthentication).toMatchObject({
    method: 'tls',
    settings: { certificatePath: CLIENT.certificate.path, privateKeyPath: CLIENT.key.path },
  });
});

it('beside a token it is shown as well', () => {
  expect(settingsOf(accessOf(TLS_HOST, 't', { client: CLIENT }))).toMatchObject({
    tlsCertificateFilePath: CLIENT.certificate.path,
    tlsPrivateKeyFilePath: CLIENT.key.path,
    authentication: { method: 'token' },
  });
});

it('what is a text goes into files that only the owner reads, for as long as the client is there', async () => {
  const settings = settingsOf(
    accessOf(TLS_HOST, 't', {
      trust: { text: TRUST.text },
      client: { certificate: { text: CLIENT.certificate.text }, key: { text: CLIENT.key.text } },
    }),
  );
  const paths = [
    settings.tlsTrustCertsFilePath ?? '',
    settings.tlsCertificateFilePath ?? '',
    settings.tlsPrivateKeyFilePath ?? '',
  ];

  expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual([
    TRUST.text,
    CLIENT.certificate.text,
    CLIENT.key.text,
  ]);
  for (const path of paths) expect(statSync(path).mode & 0o077).toBe(0);
  expect(statSync(dirname(paths[0] ?? '')).mode & 0o077).toBe(0);

  await transport?.close();
  expect(existsSync(dirname(paths[0] ?? ''))).toBe(false);
});

it('a client that can’t be made leaves no files and no secrets behind', async () => {
  const double = new NativeDouble();
  const access = accessOf('pulsar+ssl://broker', 's3cret', { trust: { text: TRUST.text } });

  const refused = await failure(
    (async () => Promise.resolve(new NativeTransport(double.binding, { access, http: openHttp })))(),
  );

  expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_HOST_INVALID' });
  expect(JSON.stringify(refused)).not.toContain('s3cret');
});
