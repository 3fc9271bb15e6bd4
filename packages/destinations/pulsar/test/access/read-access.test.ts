import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigurationError, type Files } from '@dest/core';
import { readAccess } from '../../src/access/read-access';
import type { PulsarCredentials } from '../../src/credentials';
import { certificatePath, certificateText } from '../support/certificates';
import { failure } from '../support/failure';

const HOST = 'wss://broker:8443';
const OAUTH2 = { issuerUrl: 'https://login.example', audience: 'urn:pulsar' };

let folder: string;
const files: Files = { resolve: async (path) => Promise.resolve(resolve(folder, path)) };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dest-test-'));
});

afterAll(async () => rm(folder, { recursive: true }));

const read = async (given: Partial<PulsarCredentials>): ReturnType<typeof readAccess> =>
  readAccess({ host: HOST, ...given }, files);

const tls = (given: Partial<NonNullable<PulsarCredentials['tls']>>): Pick<PulsarCredentials, 'tls'> => ({
  tls: { verifyHostname: true, ...given },
});

const CLIENT = { clientCertificate: certificatePath('client.crt'), clientKey: certificatePath('client.key') };

it.each<[string, Partial<PulsarCredentials>, object]>([
  ['nothing', {}, { type: 'none' }],
  ['a token', { token: 't' }, { type: 'token', token: 't' }],
  ['a password', { username: 'u', password: 'p' }, { type: 'basic', username: 'u', password: 'p' }],
  ['a client certificate alone', tls(CLIENT), { type: 'certificate' }],
  ['a token beside a client certificate', { token: 't', ...tls(CLIENT) }, { type: 'token', token: 't' }],
  [
    'a client of OAuth 2.0',
    { oauth2: { ...OAUTH2, clientId: 'dest', clientSecret: 's' } },
    { type: 'oauth2', settings: { ...OAUTH2, clientId: 'dest', clientSecret: 's' } },
  ],
  [
    'its key file as text',
    { oauth2: { ...OAUTH2, privateKey: ' {"type":"client_credentials","client_id":"dest","client_secret":"s"}' } },
    { type: 'oauth2', settings: { ...OAUTH2, clientId: 'dest', clientSecret: 's' } },
  ],
])('%s is the authentication', async (_what, given, authentication) => {
  expect((await read(given)).authentication).toEqual(authentication);
});

it('reads its key file from a path', async () => {
  await writeFile(join(folder, 'key.json'), '{"client_id":"dest","client_secret":"s"}');

  expect((await read({ oauth2: { ...OAUTH2, privateKey: './key.json' } })).authentication).toMatchObject({
    settings: { clientId: 'dest', clientSecret: 's' },
  });
});

it('takes certificates and keys as paths, with where they lie, and as texts', async () => {
  const byPath = await read(tls({ trustCertificate: certificatePath('authority.crt'), ...CLIENT }));
  const byText = await read(
    tls({
      trustCertificate: certificateText('authority.crt'),
      clientCertificate: certificateText('client.crt'),
      clientKey: certificateText('client.key'),
      verifyHostname: false,
    }),
  );

  expect(byPath.tls).toEqual({
    verifyHostname: true,
    trust: { text: certificateText('authority.crt'), path: certificatePath('authority.crt') },
    client: {
      certificate: { text: certificateText('client.crt'), path: certificatePath('client.crt') },
      key: { text: certificateText('client.key'), path: certificatePath('client.key') },
    },
  });
  expect(byText.tls).toEqual({
    verifyHostname: false,
    trust: { text: certificateText('authority.crt') },
    client: { certificate: { text: certificateText('client.crt') }, key: { text: certificateText('client.key') } },
  });
});

it.each<[string, Partial<PulsarCredentials>, string, RegExp]>([
  [
    'two ways of authentication',
    { token: 't', username: 'u', password: 'p' },
    'PULSAR_AUTHENTICATION_AMBIGUOUS',
    /one way of authentication/,
  ],
  ['TLS without TLS', { host: 'ws://broker:8080', ...tls({}) }, 'PULSAR_TLS_UNUSED', /wss:/],
  ['a file that is not there', tls({ trustCertificate: './no.pem' }), 'PULSAR_FILE_UNREADABLE', /no\.pem.*ENOENT/],
  ['a folder', tls({ trustCertificate: '.' }), 'PULSAR_FILE_UNREADABLE', /EISDIR/],
  [
    'a key for a certificate',
    tls({ trustCertificate: certificatePath('client.key') }),
    'PULSAR_CERTIFICATE_INVALID',
    /trustCertificate: should be a certificate/,
  ],
  [
    'a certificate for a key',
    tls({ ...CLIENT, clientKey: certificatePath('client.crt') }),
    'PULSAR_CERTIFICATE_INVALID',
    /clientKey: should be a private key/,
  ],
  [
    'an encrypted key',
    tls({ ...CLIENT, clientKey: certificatePath('client-encrypted.key') }),
    'PULSAR_CERTIFICATE_INVALID',
    /clientKey: should be a private key that is not encrypted/,
  ],
  [
    'the key of another certificate',
    tls({ ...CLIENT, clientKey: certificatePath('broker.key') }),
    'PULSAR_CERTIFICATE_INVALID',
    /clientKey: should be the private key of clientCertificate/,
  ],
  [
    'a key file that is something else',
    { oauth2: { ...OAUTH2, privateKey: '{"client_secret":"s3cret","client_id":5}' } },
    'PULSAR_OAUTH2_KEY_INVALID',
    /client_id and client_secret/,
  ],
])('refuses %s', async (_what, given, code, message) => {
  const refused = await failure(read(given));

  expect(refused).toMatchObject({ retry: 'configuration', code });
  expect(refused.message).toMatch(message);
});

it('says nowhere what it took for the path of a key: it may be the key', async () => {
  const refused = await failure(read(tls({ ...CLIENT, clientKey: 'MC4CAQAwBQYDK2Vw' })));
  const broken = await failure(read({ oauth2: { ...OAUTH2, privateKey: '{"client_secret":"MC4CAQAwBQYDK2Vw"' } }));

  expect(refused).toMatchObject({ code: 'PULSAR_FILE_UNREADABLE' });
  expect(broken).toMatchObject({ code: 'PULSAR_OAUTH2_KEY_INVALID' });
  expect(JSON.stringify([refused, broken])).not.toContain('MC4CAQ');
});

it('leaves it to the host which files may be read', async () => {
  const policy: Files = {
    resolve: async (path) =>
      Promise.reject(new ConfigurationError(`${path} is outside`, { code: 'PATH_OUTSIDE_ROOTS' })),
  };
  const credentials = { host: HOST, ...tls({ trustCertificate: '/etc/passwd' }) };

  expect(await failure(readAccess(credentials, policy))).toMatchObject({
    code: 'PATH_OUTSIDE_ROOTS',
    message: '/etc/passwd is outside',
  });
});
