/** IP addresses and networks as 16 bytes (IPv4 as ::ffff:a.b.c.d, RFC 4291 section 2.5.5.2). */
import { isIP } from 'node:net';

/** A block of addresses: those whose first `bits` bits are those of `bytes`. */
export interface Network {
  bytes: Uint8Array;
  bits: number;
}

/** The 16 bytes of an address, undefined if the text is none. A zone (`%eth0`) is ignored. */
export function ipBytes(text: string): Uint8Array | undefined {
  const address = text
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '');
  const kind = isIP(address);
  if (kind === 4) return mapped(address);
  return kind === 6 ? v6(address) : undefined;
}

/** `10.0.0.0/8`, `2001:db8::/32` or one address; undefined if the text is none of them. */
export function network(text: string): Network | undefined {
  const [address = '', length, more] = text.trim().split('/');
  const bytes = ipBytes(address);
  if (!bytes || more !== undefined) return undefined;
  if (length === undefined) return { bytes, bits: 128 };
  const most = isIP(address) === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  return { bytes, bits: 128 - most + Number(length) };
}

/** Whether the address lies in the network. */
export function inNetwork(address: Uint8Array, net: Network): boolean {
  const whole = net.bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== net.bytes[i]) return false;
  const rest = net.bits & 7;
  return rest === 0 || ((address[whole] ?? 0) ^ (net.bytes[whole] ?? 0)) >> (8 - rest) === 0;
}

/** One spelling for each address: 32 hexadecimal digits; '' for other text. */
export function foldIp(text: string): string {
  const bytes = ipBytes(text);
  return bytes ? hex(bytes) : '';
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** First and last address of a network, as `foldIp` spells them. */
export function bounds(net: Network): [first: string, last: string] {
  const first = net.bytes.slice();
  const last = net.bytes.slice();
  for (let bit = net.bits; bit < 128; bit++) {
    const mask = 128 >> (bit & 7);
    first[bit >> 3] = (first[bit >> 3] ?? 0) & ~mask;
    last[bit >> 3] = (last[bit >> 3] ?? 0) | mask;
  }
  return [hex(first), hex(last)];
}

function mapped(address: string): Uint8Array {
  const bytes = new Uint8Array(16).fill(0xff, 10, 12);
  bytes.set(address.split('.').map(Number), 12);
  return bytes;
}

function v6(address: string): Uint8Array {
  const [head = '', tail] = withoutDots(address).split('::');
  const front = groups(head);
  const back = groups(tail ?? '');
  const bytes = new Uint8Array(16);
  bytes.set(front, 0);
  bytes.set(back, 16 - back.length);
  return bytes;
}

const groups = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((g) => [Number.parseInt(g, 16) >> 8, Number.parseInt(g, 16) & 255]);

/** `::ffff:1.2.3.4` with its last four bytes as two groups. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [
      [a, b],
      [c, d],
    ]
      .map(([high, low]) => ((Number(high) << 8) | Number(low)).toString(16))
      .join(':'),
  );
}
