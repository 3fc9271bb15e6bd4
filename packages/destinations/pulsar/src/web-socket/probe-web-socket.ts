import { failureOf } from '@dest/core';
import { endpointUrl } from './endpoint-url';
import type { WebSocketAccess } from './web-socket-access';
import { WebSocketConnection } from './web-socket-connection';
import type { WebSocketSettings } from './web-socket-settings';

const PROBE = { domain: 'persistent', tenant: 'public', namespace: 'default', name: 'probe' } as const;

export interface WebSocketProbe {
  readonly host: string;
  readonly access: WebSocketAccess;
  readonly settings: WebSocketSettings;
}

/**
 * Finds out whether Pulsar is there and takes the credentials, without a topic. It asks for a producer with a parameter
 * that can't be: Pulsar looks at who asks first, at the parameters next, and refuses there, so that no topic is made.
 * Rejects as opening a producer does.
 */
export async function probeWebSocket({ host, access, settings }: WebSocketProbe): Promise<void> {
  const options = {
    url: endpointUrl(host, 'producer', PROBE, { compressionType: 'probe' }),
    access,
    where: `Pulsar at ${host}`,
    handshakeTimeoutMs: settings.handshakeTimeoutMs,
    heartbeatMs: settings.heartbeatMs,
  };
  const nothing = { onAnswer: () => undefined, onClose: () => undefined };
  try {
    const connection = await WebSocketConnection.open(options, nothing, new AbortController().signal);
    await connection.close();
  } catch (error) {
    if (!isPastAuthentication(error)) throw error;
  }
}

/** Pulsar looked at the parameters, or knows who asks and would not let them produce just there. */
function isPastAuthentication(error: unknown): boolean {
  const { code, message } = failureOf(error);
  return code === 'PULSAR_NOT_AUTHORIZED' || (code === 'PULSAR_REFUSED' && /Invalid query param/i.test(message));
}
