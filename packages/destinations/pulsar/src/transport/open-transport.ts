import type { Files, Http, Logger } from '@dest/core';
import type { Access } from '../access/access';
import { readAccess } from '../access/read-access';
import type { PulsarCredentials } from '../credentials';
import { hasTls, isLoopback, transportOf } from '../host';
import { loadNativeBinding, type LoadNativeBinding } from '../native/load-native-binding';
import { NativeTransport } from '../native/native-transport';
import { webSocketAccess } from '../web-socket/web-socket-access';
import { WebSocketTransport } from '../web-socket/web-socket-transport';
import type { PulsarTransport } from './pulsar-transport';

export interface OpenTransportOptions {
  readonly logger: Logger;
  /** By which OAuth 2.0 tokens are fetched, under the host's network policy. */
  readonly http: Http;
  /** The host's policy on files, for certificates and keys. */
  readonly files: Files;
  readonly load?: LoadNativeBinding;
}

/**
 * Chooses the transport by the scheme of `host`, and reads the files that the credentials name.
 * Throws a ConfigurationError: PULSAR_HOST_INVALID, PULSAR_CLIENT_NOT_INSTALLED, PULSAR_CLIENT_BROKEN, and what
 * `readAccess` throws.
 */
export async function openTransport(
  credentials: PulsarCredentials,
  { logger, http, files, load = loadNativeBinding }: OpenTransportOptions,
): Promise<PulsarTransport> {
  const { host } = credentials;
  const transport = transportOf(host);
  const access = await readAccess(credentials, files);
  warnOfPlainText(access, logger);
  if (transport === 'native') return new NativeTransport(await load(), { access, http });
  return new WebSocketTransport({ host, access: webSocketAccess(access, http), logger });
}

/** Inside a network of one's own it may be meant, so it is no error. */
function warnOfPlainText({ host, authentication }: Access, logger: Logger): void {
  if (authentication.type === 'none' || hasTls(host) || isLoopback(host)) return;
  logger.warn('Pulsar: the credentials travel unencrypted; use wss://, https:// or pulsar+ssl://', {
    host,
    authentication: authentication.type,
  });
}
