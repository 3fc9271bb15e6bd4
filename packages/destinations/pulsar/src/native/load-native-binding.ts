import { ConfigurationError, messageOf } from '@dest/core';
import type { NativeBinding } from './native-binding';

export type LoadNativeBinding = () => Promise<NativeBinding>;

const PACKAGE: string = 'pulsar-client';

/**
 * Loads the native client, when a destination needs it and not before: it is an optional dependency.
 * @param importPackage what imports; another one in tests
 * Throws a ConfigurationError: PULSAR_CLIENT_NOT_INSTALLED, PULSAR_CLIENT_BROKEN.
 */
export async function loadNativeBinding(
  importPackage: (name: string) => Promise<unknown> = async (name) => import(name) as Promise<unknown>,
): Promise<NativeBinding> {
  let loaded: unknown;
  try {
    loaded = await importPackage(PACKAGE);
  } catch (cause) {
    throw isMissing(cause) ? notInstalled(cause) : broken(messageOf(cause), cause);
  }
  // CommonJS: what it exports is `default`.
  const binding = (loaded as { default?: unknown } | undefined)?.default ?? loaded;
  if (isBinding(binding)) return binding;
  throw broken('it exports no Client');
}

function isBinding(value: unknown): value is NativeBinding {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Client' in value &&
    typeof value.Client === 'function' &&
    'AuthenticationToken' in value
  );
}

/** The package itself is missing, rather than something that it needs. */
function isMissing(cause: unknown): boolean {
  const code = (cause as { code?: unknown } | null)?.code;
  const found = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return found && /Cannot find (?:package|module) '?pulsar-client'?(?!\/)/.test(messageOf(cause));
}

function notInstalled(cause: unknown): ConfigurationError {
  return new ConfigurationError(
    "credentials.host: pulsar:// needs Pulsar's native client, which is not installed. Install it beside @dest/pulsar with " +
      '`npm install pulsar-client`, or use the WebSocket API, which needs nothing installed: ws://<broker>:8080 or wss://<broker>:8443.',
    { code: 'PULSAR_CLIENT_NOT_INSTALLED', cause },
  );
}

function broken(why: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    `credentials.host: pulsar:// needs Pulsar's native client; the package pulsar-client is there, but does not load: ${why} ` +
      'Fetch its binary with `npm rebuild pulsar-client --ignore-scripts=false`, or use the WebSocket API: ws://<broker>:8080.',
    { code: 'PULSAR_CLIENT_BROKEN', cause },
  );
}
