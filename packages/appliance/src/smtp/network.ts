/** Lists of addresses and networks. Pure. */
import { BlockList, isIP } from 'node:net';
import { type Sender, senderOf } from '@sightline/api';

/** IPv4 in plain form, also where it came as IPv4-mapped IPv6. */
export const plainIp = (ip: string): string => ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

const family = (version: 4 | 6): 'ipv4' | 'ipv6' => (version === 4 ? 'ipv4' : 'ipv6');

/** Whether an address is in one of the networks or ranges; what is neither counts for nothing. */
export function inNetworks(texts: readonly string[]): (ip: string) => boolean {
  const list = new BlockList();
  for (const text of texts) add(list, senderOf(text));
  return (ip) => isIP(ip) !== 0 && list.check(ip, family(isIP(ip) === 6 ? 6 : 4));
}

function add(list: BlockList, one: Sender | undefined): void {
  if (one?.kind === 'network') list.addSubnet(one.address, one.prefix, family(one.version));
  // A range that ends before it begins is refused by Node; it holds nobody.
  if (one?.kind === 'range')
    try {
      list.addRange(one.from, one.to, family(one.version));
    } catch {}
}
