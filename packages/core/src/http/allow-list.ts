import { ConfigurationError } from '../errors/configuration-error';
import { AddressList } from './address-list';
import { embeddedIpv4, isMappedIpv4, parseIpAddress, type IpAddress } from './ip-address';

/** The exceptions of a network policy, read once. */
export interface AllowList {
  /** Whether `host` may be connected to at `address` and `port` although the address is not public. */
  permits(host: string, port: number, address: IpAddress): boolean;
}

type Rule = AllowList['permits'];

const PORT = /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:]+)):(?<port>\d{1,5})$/;
const HOST_NAME =
  /^(?=.{1,253}$)[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*$/u;

/**
 * Reads the exceptions of a network policy.
 *
 * @throws ConfigurationError `NETWORK_POLICY_INVALID`, with the entry and what it may be.
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const rules = entries.map((entry, index) => parseEntry(entry, index));
  return { permits: (host, port, address) => rules.some((rule) => rule(host, port, address)) };
}

/** A host name as it is compared: lower case, punycode, without a final dot. */
export function canonicalHost(host: string): string {
  const bare = host.replace(/\.$/, '');
  return URL.canParse(`http://${bare}`) ? new URL(`http://${bare}`).hostname : bare.toLowerCase();
}

function parseEntry(entry: unknown, index: number): Rule {
  if (typeof entry !== 'string') throw invalid(entry, index);
  if (entry === '*') return () => true;
  if (entry.includes('/')) return rangeRule(entry) ?? fail(entry, index);
  const parts = PORT.exec(entry)?.groups;
  if (parts === undefined) return hostRule(entry.replace(/^\[(.*)\]$/, '$1')) ?? fail(entry, index);
  const port = Number(parts.port);
  const rule = hostRule(parts.bracketed ?? parts.plain ?? '');
  if (rule === undefined || port < 1 || port > 65_535) throw invalid(entry, index);
  return (host, actual, address) => actual === port && rule(host, actual, address);
}

function hostRule(text: string): Rule | undefined {
  const address = parseIpAddress(text);
  if (address !== undefined) return listRule(new AddressList().add(address));
  // All digits and dots is a mistyped address, which no name may look like.
  if (!HOST_NAME.test(text.replace(/\.$/, '')) || /^[\d.]+$/.test(text)) return undefined;
  const name = canonicalHost(text);
  return (host) => canonicalHost(host) === name;
}

function rangeRule(text: string): Rule | undefined {
  const [, network = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseIpAddress(network);
  if (address === undefined) return undefined;
  const prefix = Number(digits) - (isMappedIpv4(network) ? 96 : 0);
  if (prefix < 0 || prefix > (address.family === 'ipv4' ? 32 : 128)) return undefined;
  return listRule(new AddressList().add(address, prefix));
}

function listRule(list: AddressList): Rule {
  return (_host, _port, address) => {
    const embedded = embeddedIpv4(address);
    return list.has(address) || (embedded !== undefined && list.has(embedded));
  };
}

function fail(entry: string, index: number): never {
  throw invalid(entry, index);
}

function invalid(entry: unknown, index: number): ConfigurationError {
  return new ConfigurationError(
    `network.allow[${index}]: should be an IP address, a range such as 10.0.0.0/8, a host name, host:port or '*', ` +
      `is ${JSON.stringify(entry) ?? String(entry)}.`,
    { code: 'NETWORK_POLICY_INVALID' },
  );
}
