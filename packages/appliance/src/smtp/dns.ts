/** What the listener asks of DNS. */
import dns from 'node:dns/promises';

export interface Dns {
  /** Host names of an address. Rejects where there are none. */
  reverse(ip: string): Promise<string[]>;
  /** Addresses of a name, `ttl` in seconds. Rejects with ENOTFOUND or ENODATA where there are none. */
  addresses(name: string, family: 4 | 6): Promise<{ address: string; ttl: number }[]>;
}

/** The resolver of this machine. */
export const hostDns: Dns = {
  reverse: (ip) => dns.reverse(ip),
  addresses: (name, family) =>
    family === 4 ? dns.resolve4(name, { ttl: true }) : dns.resolve6(name, { ttl: true }),
};

const HOST = /^[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*$/;

/** What the work gives within the limit, else `late`; a fault counts as too late. */
export async function within<T>(ms: number, late: T, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, ms, late);
    timer.unref();
  });
  try {
    return await Promise.race([work.catch(() => late), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first host name of an address that is one; DNS can hold anything. '' if unknown. */
export async function reverseName(dns: Pick<Dns, 'reverse'>, ip: string, ms: number): Promise<string> {
  const names = await within(ms, [], dns.reverse(ip));
  const name = (names[0] ?? '').replace(/\.$/, '');
  return name.length <= 253 && HOST.test(name) ? name.toLowerCase() : '';
}

/** Whether a name from reverse DNS leads back to the address: without that anybody could take any name. */
export async function leadsBack(dns: Dns, name: string, ip: string, ms: number): Promise<boolean> {
  if (name === '') return false;
  const family = ip.includes(':') ? 6 : 4;
  const found = await within(ms, [], dns.addresses(name, family));
  return found.some(({ address }) => sameIp(address, ip));
}

/** IPv6 has many spellings of one address. */
const sameIp = (a: string, b: string): boolean =>
  a === b || (a.includes(':') && canonical(a) === canonical(b));
const canonical = (ip: string): string =>
  URL.canParse(`http://[${ip}]/`) ? new URL(`http://[${ip}]/`).host : ip;
