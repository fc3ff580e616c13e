import { isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readProxy, SIGNATURE } from './proxy.ts';

/** As a proxy writes it. */
function header(command: number, family: number, body: Buffer): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(body.length);
  return Buffer.concat([SIGNATURE, Buffer.from([command, family]), size, body]);
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const additions = fc.uint8Array({ maxLength: 500 });

it('tells the client of a connection, whatever additions and bytes of the session stand behind', () => {
  const families = fc.constantFrom<[number, number]>([0x11, 4], [0x21, 16]);
  const cases = families.chain(([family, width]) =>
    fc.tuple(fc.constant(family), bytes(2 * width), fc.nat(65_535), additions, additions),
  );
  fc.assert(
    fc.property(cases, ([family, addresses, port, more, session]) => {
      const ports = Buffer.from([port >> 8, port & 255, 0, 25]);
      const whole = header(0x21, family, Buffer.concat([addresses, ports, more]));
      const read = readProxy(Buffer.concat([whole, session]));
      if (!('client' in read) || !read.client) throw new Error(JSON.stringify(read));
      expect(read.length).toBe(whole.length);
      expect(read.client.port).toBe(port);
      const source = addresses.subarray(0, addresses.length / 2);
      expect(read.client.ip).toBe(written(source));
      for (const cut of [0, 1, 11, 15, whole.length - 1])
        expect(readProxy(whole.subarray(0, cut))).toEqual({ more: true });
    }),
  );
});

/** The same address by another way. */
function written(source: Uint8Array): string {
  if (source.length === 4) return source.join('.');
  const hex = Buffer.from(source).toString('hex');
  const groups = hex.match(/.{4}/g) ?? [];
  const { address } = new SocketAddress({ family: 'ipv6', address: groups.join(':') });
  expect(isIPv6(address)).toBe(true);
  // Node writes the last 32 bits of mapped addresses as IPv4.
  return address.includes('.') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

it('never fails on other bytes, and never reads beyond the header', () => {
  const fronts = fc.tuple(fc.uint8Array({ maxLength: 4 }), additions);
  fc.assert(
    fc.property(fronts, fc.boolean(), ([four, rest], signed) => {
      const whole = Buffer.concat([signed ? SIGNATURE : Buffer.alloc(0), four, rest]);
      const read = readProxy(whole);
      if ('length' in read) expect(read.length).toBeLessThanOrEqual(whole.length);
      else expect('bad' in read || 'more' in read).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ['LOCAL', header(0x20, 0x00, Buffer.alloc(0)), 16],
  ['LOCAL with addresses', header(0x20, 0x11, Buffer.alloc(12)), 28],
  ['PROXY without addresses', header(0x21, 0x00, Buffer.alloc(7)), 23],
])('%s is the connection of the proxy itself', (_, whole, length) => {
  expect(readProxy(whole)).toEqual({ length, client: undefined });
});

it.each([
  ['version 1 in binary', header(0x11, 0x11, Buffer.alloc(12))],
  ['an unknown command', header(0x22, 0x11, Buffer.alloc(12))],
  ['UDP', header(0x21, 0x12, Buffer.alloc(12))],
  ['a socket of the file system', header(0x21, 0x31, Buffer.alloc(216))],
  ['addresses cut off', header(0x21, 0x21, Buffer.alloc(35))],
  ['more than is ever sent', header(0x21, 0x11, Buffer.alloc(5000))],
  ['SMTP', Buffer.from('EHLO x\r\n')],
])('%s is refused', (_, whole) => {
  expect(readProxy(whole)).toHaveProperty('bad');
});
