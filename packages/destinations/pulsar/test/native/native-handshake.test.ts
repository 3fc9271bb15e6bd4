import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import type { Access } from '../../src/access/access';
import { OAuth2Tokens } from '../../src/access/oauth2-tokens';
import { nativeHandshake } from '../../src/native/native-handshake';
import { accessOf } from '../support/access-of';
import { certificateText } from '../support/certificates';
import { failure } from '../support/failure';
import { FakeIssuer } from '../support/fake-issuer';
import { openHttp } from '../support/open-http';

// Frames of PulsarApi.proto: both sizes, then the command.
const CONNECTED = '00000018 00000014 08031a100a0c50756c7361722d342e302e37100c';
const REFUSED = '0000002d 00000029 080e722508ffffffffffffffffff0110031a164661696c656420746f2061757468656e746963617465';
const NOT_READY = '00000019 00000015 080e7211080110061a0b7374617274696e67207570';
const CHALLENGE = '00000009 00000005 0824a20200';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A broker that gives one answer, as hexadecimal digits; undefined: it hangs up. `heard` is what it was sent. */
async function startBroker(
  answer: string | undefined,
  certificate?: string,
): Promise<{ port: number; heard: Buffer[] }> {
  const heard: Buffer[] = [];
  const tls = {
    cert: certificateText(`${certificate ?? 'broker'}.crt`),
    key: certificateText(`${certificate ?? 'broker'}.key`),
  };
  const server = certificate === undefined ? createServer() : createSecureServer(tls);
  server.on(certificate === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (part: Buffer) => {
      heard.push(part);
      if (answer === undefined) socket.destroy();
      else socket.write(Buffer.from(answer.replaceAll(' ', ''), 'hex'));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, heard };
}

const shake = async (access: Access): Promise<void> => nativeHandshake(access, undefined);

it('introduces itself with what the credentials are', async () => {
  const { port, heard } = await startBroker(CONNECTED);
  const host = `pulsar://127.0.0.1:${port}`;

  await shake(accessOf(host));
  await shake(accessOf(host, 'the-token'));
  await shake({ ...accessOf(host), authentication: { type: 'basic', username: 'dest', password: 'pw' } });

  const texts = heard.map((bytes) => bytes.toString('latin1'));
  expect(texts[0]).toContain('none');
  expect(texts[1]).toMatch(/the-token.*token$/s);
  expect(texts[2]).toMatch(/dest:pw.*basic$/s);
  for (const bytes of heard) {
    expect(bytes.readUInt32BE(0)).toBe(bytes.length - 4);
    expect(bytes.readUInt32BE(4)).toBe(bytes.length - 8);
  }
});

it('shows a token that is longer than what one byte counts', async () => {
  const { port, heard } = await startBroker(CONNECTED);

  await shake(accessOf(`pulsar://127.0.0.1:${port}`, 'x'.repeat(1_000)));

  expect(heard[0]?.toString()).toContain('x'.repeat(1_000));
});

it('shows a token of OAuth 2.0', async () => {
  const issuer = await FakeIssuer.start();
  const { port, heard } = await startBroker(CONNECTED);
  const settings = { issuerUrl: issuer.url, clientId: 'dest', clientSecret: 's' };
  const access: Access = { ...accessOf(`pulsar://127.0.0.1:${port}`), authentication: { type: 'oauth2', settings } };

  await nativeHandshake(access, new OAuth2Tokens(settings, openHttp));

  expect(heard[0]?.toString()).toContain('token-1');
  await issuer.stop();
});

it.each([
  ['a refusal', REFUSED, 'configuration', 'PULSAR_NOT_AUTHENTICATED', 'Failed to authenticate'],
  ['a question back', CHALLENGE, 'configuration', 'PULSAR_NOT_AUTHENTICATED', 'another kind'],
  ['that it is not ready', NOT_READY, 'transient', 'PULSAR_UNAVAILABLE', 'starting up'],
  [
    'HTTP',
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex'),
    'configuration',
    'PULSAR_REFUSED',
    'protocol',
  ],
  ['nothing', undefined, 'transient', 'PULSAR_UNREACHABLE', 'closed before'],
])('a broker that answers %s', async (_what, answer, retry, code, words) => {
  const { port } = await startBroker(answer);

  const refused = await failure(shake(accessOf(`pulsar://127.0.0.1:${port}`, 's3cret')));

  expect(refused).toMatchObject({ retry, scope: 'destination', code });
  expect(refused.message).toContain(words);
  expect(refused.message).not.toContain('s3cret');
});

it('of several addresses one is enough, and the one that says most is heard', async () => {
  const [good, refusing] = [await startBroker(CONNECTED), await startBroker(REFUSED)];

  await shake(accessOf(`pulsar://127.0.0.1:9,127.0.0.1:${good.port}`));

  expect(await failure(shake(accessOf(`pulsar://127.0.0.1:9,127.0.0.1:${refusing.port}`)))).toMatchObject({
    code: 'PULSAR_NOT_AUTHENTICATED',
  });
  expect(await failure(shake(accessOf('pulsar://127.0.0.1:9')))).toMatchObject({ code: 'PULSAR_UNREACHABLE' });
});

it('looks at certificates as the credentials say', async () => {
  const trust = { text: certificateText('authority.crt') };
  const [right, other] = [await startBroker(CONNECTED, 'broker'), await startBroker(CONNECTED, 'other-name')];
  const host = ({ port }: { port: number }): string => `pulsar+ssl://127.0.0.1:${port}`;

  await shake(accessOf(host(right), undefined, { trust }));
  await shake(accessOf(host(other), undefined, { trust, verifyHostname: false }));

  for (const access of [accessOf(host(right)), accessOf(host(other), undefined, { trust })]) {
    expect(await failure(shake(access))).toMatchObject({ retry: 'configuration', code: 'PULSAR_TLS_REFUSED' });
  }
});
