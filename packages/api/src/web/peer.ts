/** Where a request came from: the other end of the connection, or what a proxy that is trusted says of it. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Context } from 'hono';
import { z } from 'zod';

const CIDR = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/;

function isNetwork(text: string): boolean {
  const [, address = '', length] = CIDR.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(length ?? 0) <= (family === 4 ? 32 : 128);
}

/** `10.0.0.0/8, 192.0.2.7, fd00::/8` as a list of networks. */
export const Networks = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .pipe(
    z.array(z.string().refine(isNetwork, 'is no list of networks such as 10.0.0.0/8, 192.0.2.7, fd00::/8')),
  );

export interface Peers {
  /** The address that a request on a connection from `remote` counts for; '' when there is none. */
  of(remote: string | undefined, forwarded: string | string[] | undefined): string;
  ofRequest(req: IncomingMessage): string;
  ofContext(c: Context): string;
}

/**
 * `X-Forwarded-For` is read from the right, as far as the proxies in `trusted` (networks, see `Networks`) wrote it:
 * the first address that is not one of them is where the request came from. Anybody can write what is left of it.
 */
export function peers(trusted: readonly string[]): Peers {
  const proxies = listOf(trusted);
  const isProxy = (ip: string): boolean =>
    isIP(ip) !== 0 && proxies.check(ip, isIP(ip) === 4 ? 'ipv4' : 'ipv6');
  const of: Peers['of'] = (remote, forwarded) => {
    const way = [forwarded ?? []].flat().join(',').split(',').map(bare);
    let at = bare(remote ?? '');
    while (isProxy(at)) {
      const before = way.pop();
      if (before === undefined || isIP(before) === 0) return at;
      at = before;
    }
    return at;
  };
  const ofRequest = (req: IncomingMessage): string =>
    of(req.socket.remoteAddress, req.headers['x-forwarded-for']);
  const ofContext = (c: Context): string => {
    const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
    return incoming ? ofRequest(incoming) : '';
  };
  return { of, ofRequest, ofContext };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [, address = '', length] = CIDR.exec(network) ?? [];
    const isFour = isIP(address) === 4;
    list.addSubnet(address, Number(length ?? (isFour ? 32 : 128)), isFour ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** Without a port, brackets, or the prefix of an IPv4 address on an IPv6 socket. */
function bare(text: string): string {
  const plain = text.trim();
  const inner = /^\[([^\]]+)\](?::\d+)?$/.exec(plain)?.[1] ?? /^([\d.]+):\d+$/.exec(plain)?.[1] ?? plain;
  return /^::ffff:([\d.]+)$/i.exec(inner)?.[1] ?? inner;
}
