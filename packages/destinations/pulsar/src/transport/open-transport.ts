import type { Logger } from '@dest/core';
import type { PulsarCredentials } from '../credentials';
import { transportOf } from '../host';
import { loadNativeBinding, type LoadNativeBinding } from '../native/load-native-binding';
import { NativeTransport } from '../native/native-transport';
import { WebSocketTransport } from '../web-socket/web-socket-transport';
import type { PulsarTransport } from './pulsar-transport';

export interface OpenTransportOptions {
  readonly logger: Logger;
  readonly load?: LoadNativeBinding;
}

/**
 * Chooses the transport by the scheme of `host`.
 * Throws a ConfigurationError: PULSAR_HOST_INVALID, PULSAR_CLIENT_NOT_INSTALLED, PULSAR_CLIENT_BROKEN.
 */
export async function openTransport(
  { host, token }: PulsarCredentials,
  { logger, load = loadNativeBinding }: OpenTransportOptions,
): Promise<PulsarTransport> {
  if (transportOf(host) === 'web-socket') return new WebSocketTransport({ host, token, logger });
  return new NativeTransport(await load(), { host, token });
}
