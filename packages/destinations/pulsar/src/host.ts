import { ConfigurationError } from '@dest/core';

/** What an address may be; one source for the schema and for `parseHost`. No user names: a secret has its own field. */
export const HOST_PATTERN = '^(pulsar|pulsar\\+ssl|wss?|https?)://[^\\s/?#@]+(/[^\\s?#@]*)?$';

const HOST = new RegExp(HOST_PATTERN, 'u');

/** Which way of talking to Pulsar an address asks for. */
export type Transport = 'native' | 'web-socket';

/** Throws a ConfigurationError, PULSAR_HOST_INVALID; it doesn't repeat the address, which may hold a password. */
export function transportOf(host: string): Transport {
  const scheme = HOST.exec(host)?.[1];
  if (scheme === undefined) {
    throw new ConfigurationError(
      'credentials.host: should be an address such as pulsar://broker:6650, pulsar+ssl://broker:6651, ' +
        'ws://broker:8080 or wss://broker:8443, without user name, query and fragment; is something else.',
      { code: 'PULSAR_HOST_INVALID' },
    );
  }
  return scheme.startsWith('pulsar') ? 'native' : 'web-socket';
}

/** Whether an address asks for an encrypted connection. */
export function hasTls(host: string): boolean {
  return /^(pulsar\+ssl|wss|https):/.test(host);
}

/** Whether an address leads to this machine and no further. */
export function isLoopback(host: string): boolean {
  return /^[a-z+]+:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(?=[:/]|$)/.test(host);
}
