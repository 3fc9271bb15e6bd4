import { BlockList } from 'node:net';
import type { IpAddress } from './ip-address';

/** A set of IP addresses and ranges. */
export class AddressList {
  // One per family: a range of IPv6 addresses in a BlockList also matches IPv4 ones, taken as mapped.
  readonly #lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  /** Adds the addresses that share the first `prefix` bits with `network`. Without `prefix`: that one. */
  add(network: IpAddress, prefix: number = network.family === 'ipv4' ? 32 : 128): this {
    this.#lists[network.family].addSubnet(network.address, prefix, network.family);
    return this;
  }

  has(address: IpAddress): boolean {
    return this.#lists[address.family].check(address.address, address.family);
  }
}
