import { isIP, isIPv6 } from 'node:net';

export interface IpAddress {
  readonly family: 'ipv4' | 'ipv6';
  /** Without zone. An IPv4-mapped IPv6 address is the IPv4 address that it stands for. */
  readonly address: string;
}

/** Reads an IP address. `undefined` for anything else, a host name too. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const address = text.replace(/%.*$/s, '');
  switch (isIP(address)) {
    case 4:
      return { family: 'ipv4', address };
    case 6: {
      const groups = ipv6Groups(address);
      return isMapped(groups) ? { family: 'ipv4', address: ipv4At(groups, 6) } : { family: 'ipv6', address };
    }
    default:
      return undefined;
  }
}

/** The IPv4 address that a translated (NAT64, RFC 6052) or tunnelled (6to4, RFC 3056) IPv6 address leads to. */
export function embeddedIpv4(address: IpAddress): IpAddress | undefined {
  if (address.family === 'ipv4') return undefined;
  const groups = ipv6Groups(address.address);
  if (groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0)) {
    return { family: 'ipv4', address: ipv4At(groups, 6) };
  }
  if (groups[0] === 0x2002) return { family: 'ipv4', address: ipv4At(groups, 1) };
  return undefined;
}

/** Whether the text is an IPv6 address that stands for an IPv4 one (`::ffff:10.0.0.1`). */
export function isMappedIpv4(text: string): boolean {
  return isIPv6(text) && isMapped(ipv6Groups(text));
}

function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

/** The eight 16-bit groups of a valid IPv6 address. */
function ipv6Groups(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_match, a, b, c, d) => {
    const [high, low] = [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)];
    return `${high.toString(16)}:${low.toString(16)}`;
  });
  const [before = [], after = []] = hexadecimal
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

function ipv4At(groups: readonly number[], index: number): string {
  const [high = 0, low = 0] = groups.slice(index, index + 2);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
