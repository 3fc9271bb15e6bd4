import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectSecure } from 'node:tls';
import { ConfigurationError, failureOf, TransientError, type DestError } from '@dest/core';
import type { Access } from '../access/access';
import type { OAuth2Tokens } from '../access/oauth2-tokens';
import { networkError } from '../failures/network-error';
import { hasTls } from '../host';
import { decodeConnectAnswer, encodeConnect, type ConnectAnswer, type Introduction } from './connect-command';
import { nativeAddresses, type NativeAddress } from './native-addresses';

const TIMEOUT_MS = 10_000;

/** AuthenticationError, of the protocol's enumeration ServerError. */
const AUTHENTICATION_ERROR = 3;

/** Resolves where a broker is there and takes the credentials. */
export type NativeHandshake = (access: Access, tokens: OAuth2Tokens | undefined) => Promise<void>;

/**
 * Connects and introduces itself by Pulsar's binary protocol, without the native client, which says `TimeOut` whatever the
 * reason is. Of several addresses one is enough. Rejects with TransientError or ConfigurationError that name the reason.
 * @param tokens where they come from, with OAuth 2.0
 */
export const nativeHandshake: NativeHandshake = async (access, tokens) => {
  const introduction = await introductionOf(access, tokens);
  const failures: unknown[] = [];
  for (const address of nativeAddresses(access.host)) {
    try {
      return await handshake(access, address, introduction);
    } catch (error) {
      failures.push(error);
    }
  }
  // What somebody has to mend says more than that another address is down.
  throw failures.find((error) => failureOf(error).retry === 'configuration') ?? failures[0];
};

async function introductionOf({ authentication }: Access, tokens: OAuth2Tokens | undefined): Promise<Introduction> {
  switch (authentication.type) {
    case 'token':
      return { method: 'token', data: authentication.token };
    case 'basic':
      return { method: 'basic', data: `${authentication.username}:${authentication.password}` };
    case 'oauth2':
      return { method: 'token', data: (await tokens?.get()) ?? '' };
    case 'certificate':
      return { method: 'tls', data: '' };
    default:
      return { method: 'none', data: '' };
  }
}

async function handshake(access: Access, address: NativeAddress, introduction: Introduction): Promise<void> {
  const where = `Pulsar at ${access.host}`;
  const socket = connect(access, address);
  try {
    const answer = await new Promise<ConnectAnswer>((resolve, reject) => {
      let received: Buffer = Buffer.alloc(0);
      socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer for ${TIMEOUT_MS} ms`)));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('the connection was closed before there was an answer')));
      socket.on('data', (part: Buffer) => {
        received = Buffer.concat([received, part]);
        const read = decodeConnectAnswer(received);
        if (read !== undefined) resolve(read);
      });
      socket.write(encodeConnect(introduction));
    });
    if (answer.type !== 'connected') throw refusal(where, answer);
  } catch (error) {
    throw failureOf(error).code.startsWith('PULSAR_') ? error : networkError(where, error);
  } finally {
    socket.destroy();
  }
}

function connect({ host: serviceUrl, tls }: Access, { host, port }: NativeAddress): Socket {
  if (!hasTls(serviceUrl)) return connectPlain({ host, port });
  const { trust, client, verifyHostname } = tls;
  return connectSecure({
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(trust === undefined ? {} : { ca: trust.text }),
    ...(client === undefined ? {} : { cert: client.certificate.text, key: client.key.text }),
    checkServerIdentity: verifyHostname ? checkServerIdentity : () => undefined,
  });
}

function refusal(where: string, answer: Exclude<ConnectAnswer, { type: 'connected' }>): DestError {
  if (answer.type === 'foreign') {
    return new ConfigurationError(
      `${where} answers, but not by Pulsar's protocol. Check the scheme and port of credentials.host: pulsar:// is on 6650 and ` +
        'pulsar+ssl:// on 6651 by default, http:// and ws:// on another.',
      { code: 'PULSAR_REFUSED' },
    );
  }
  if (answer.error === AUTHENTICATION_ERROR) {
    return new ConfigurationError(
      `${where} wants authentication, or refused what it got. Check the credentials: are they of this cluster, and not ` +
        `expired? Pulsar said: ${answer.words}`,
      { code: 'PULSAR_NOT_AUTHENTICATED' },
    );
  }
  return new TransientError(`${where} is not ready. Pulsar said: ${answer.words}`, {
    code: 'PULSAR_UNAVAILABLE',
    scope: 'destination',
  });
}
