/** Which addresses this hub may connect to on somebody else's word. Pure. */
import { BlockList, isIP } from 'node:net';

export type Reach = 'public' | 'private' | 'loopback' | 'link-local' | 'metadata' | 'reserved';

/** IANA special-purpose registries (RFC 6890); what wraps an IPv4 address in IPv6 is refused whatever is inside. */
const NETWORKS: Record<Exclude<Reach, 'public' | 'metadata'>, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  reserved: [
    '0.0.0.0/8',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    // only 2000::/3 has been given out to the public
    '::/3',
    '4000::/2',
    '8000::/1',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '3fff::/20',
  ],
};
/** Where clouds hand out credentials of a machine to whoever asks from it. */
const METADATA = ['169.254.169.254', '169.254.170.2', '100.100.100.200', 'fd00:ec2::254', '192.0.0.192'];

interface Networks {
  has(ip: string): boolean;
}

/** IPv4 and IPv6 apart: Node takes an IPv4 address for one of `::/3`. */
function listOf(networks: readonly string[]): Networks {
  const lists = { 4: new BlockList(), 6: new BlockList() };
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    if (isIP(address) === 4) lists[4].addSubnet(address, Number(length ?? 32), 'ipv4');
    else lists[6].addSubnet(address, Number(length ?? 128), 'ipv6');
  }
  return { has: (ip) => (isIP(ip) === 4 ? lists[4].check(ip, 'ipv4') : lists[6].check(ip, 'ipv6')) };
}

const LISTS = Object.entries(NETWORKS).map(
  ([reach, networks]) => [reach as Reach, listOf(networks)] as const,
);
const METADATA_LIST = listOf(METADATA);

/** Without the prefix that makes an IPv6 address of an IPv4 one. */
export function unmapped(ip: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(ip) ?? [];
  if (high === undefined || low === undefined) return /^::ffff:([\d.]+)$/i.exec(ip)?.[1] ?? ip;
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

/** What kind of place an address is. What is no address is `reserved`. */
export function reachOf(address: string): Reach {
  const ip = unmapped(address);
  if (isIP(ip) === 0) return 'reserved';
  if (METADATA_LIST.has(ip)) return 'metadata';
  return LISTS.find(([, list]) => list.has(ip))?.[0] ?? 'public';
}

export interface Rules {
  /** Whether the operator named a network that this address is in. Metadata services only by their own address. */
  isAllowed(address: string): boolean;
  /** '' when connections may go there; else what kind of place it is. */
  refusal(address: string): '' | Exclude<Reach, 'public'>;
}

/** `allow`: networks of the operator, `10.0.0.0/8` or a single address. */
export function rules(allow: readonly string[]): Rules {
  const wide = listOf(allow);
  const single = listOf(allow.filter((network) => /^[^/]+$|\/(32|128)$/.test(network)));
  const isAllowed = (address: string): boolean => {
    const ip = unmapped(address);
    if (isIP(ip) === 0) return false;
    return (reachOf(ip) === 'metadata' ? single : wide).has(ip);
  };
  const refusal: Rules['refusal'] = (address) => {
    const reach = reachOf(address);
    return reach === 'public' || isAllowed(address) ? '' : reach;
  };
  return { isAllowed, refusal };
}
