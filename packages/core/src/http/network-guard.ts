import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ConfigurationError } from '../errors/configuration-error';
import { parseAllowList, type AllowList } from './allow-list';
import { parseIpAddress } from './ip-address';
import type { NetworkPolicy } from './network-policy';
import { specialKind } from './special-addresses';

/** Resolves a host name to all its addresses. */
export type ResolveAll = (
  host: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

const resolveBySystem: ResolveAll = (host, callback) => systemLookup(host, { all: true }, callback);

/** Decides, when a connection is made, which addresses of a host it may go to. */
export class NetworkGuard {
  readonly #allow: AllowList;
  readonly #resolve: ResolveAll;

  /** @throws ConfigurationError `NETWORK_POLICY_INVALID` */
  constructor(policy: NetworkPolicy, resolve: ResolveAll = resolveBySystem) {
    this.#allow = parseAllowList(policy.allow ?? []);
    this.#resolve = resolve;
  }

  /** Why `host`, an IP address, may not be connected to. `undefined` where it may, and for a name. */
  refusalOfLiteral(host: string, port: number): ConfigurationError | undefined {
    const address = host.replace(/^\[|\]$/g, '');
    if (parseIpAddress(address) === undefined || this.#permits(address, port, address)) return undefined;
    return blocked(address, port, [address]);
  }

  /**
   * A lookup for `net.connect` that hands out permitted addresses only: those that were checked are those connected to.
   * Fails with a ConfigurationError `NETWORK_ADDRESS_BLOCKED` where none is left.
   */
  lookup(port: number): LookupFunction {
    return (host, options, callback) => {
      this.#resolve(host, (error, addresses) => {
        if (error !== null) return callback(error, []);
        const matching = addresses.filter(({ family }) => familyMatches(options.family, family));
        const permitted = matching.filter(({ address }) => this.#permits(host, port, address));
        const [first] = permitted;
        if (first === undefined) {
          const found = (matching.length > 0 ? matching : addresses).map(({ address }) => address);
          return callback(blocked(host, port, found), []);
        }
        if (options.all === true) return callback(null, permitted);
        return callback(null, first.address, first.family);
      });
    };
  }

  #permits(host: string, port: number, text: string): boolean {
    const address = parseIpAddress(text);
    return address !== undefined && (specialKind(address) === undefined || this.#allow.permits(host, port, address));
  }
}

function familyMatches(wanted: number | 'IPv4' | 'IPv6' | undefined, family: number): boolean {
  const number = wanted === 'IPv4' ? 4 : wanted === 'IPv6' ? 6 : (wanted ?? 0);
  return number === 0 || number === family;
}

function blocked(host: string, port: number, addresses: readonly string[]): ConfigurationError {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const found = addresses.map((text) => `${text} (${kindOf(text)})`).join(', ');
  const allow = addresses.map((address) => `'${address}'`).join(', ');
  return new ConfigurationError(
    `Connecting to ${place} is blocked: it leads to ${found || 'no address'}, and the network policy allows public ` +
      `addresses only. Where this is intended, set network: { allow: [${allow}] } in dest.yaml.`,
    { code: 'NETWORK_ADDRESS_BLOCKED' },
  );
}

function kindOf(text: string): string {
  const address = parseIpAddress(text);
  return (address && specialKind(address)) ?? 'not an address';
}
