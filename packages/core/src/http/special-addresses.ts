import { AddressList } from './address-list';
import { embeddedIpv4, type IpAddress } from './ip-address';

/**
 * Ranges that are not the public internet, by what they are, after the IANA IPv4 and IPv6 Special-Purpose Address
 * Registries. The first that matches names the address. IPv6 is public in 2000::/3 only, hence the rest of it at the end.
 */
const RANGES: readonly (readonly [kind: string, ranges: readonly string[]])[] = [
  ['unspecified', ['0.0.0.0/8', '::/128']],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['shared by a carrier', ['100.64.0.0/10']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  [
    'reserved',
    [
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '240.0.0.0/4',
      '2001::/23',
      '2001:db8::/32',
      '3fff::/20',
      '::/3',
      '4000::/2',
      '8000::/1',
    ],
  ],
];

const kinds = RANGES.map(([kind, ranges]) => ({ kind, list: listOf(ranges) }));

/** What an address is when it is not public, such as `loopback`; `undefined` for a public one. */
export function specialKind(address: IpAddress): string | undefined {
  const embedded = embeddedIpv4(address);
  if (embedded !== undefined) return specialKind(embedded);
  return kinds.find(({ list }) => list.has(address))?.kind;
}

function listOf(ranges: readonly string[]): AddressList {
  const list = new AddressList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    list.add({ family: address.includes(':') ? 'ipv6' : 'ipv4', address }, Number(prefix));
  }
  return list;
}
