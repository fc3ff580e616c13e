import { Config } from '@sightline/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createGuard } from './bytes.ts';
import { reverseName } from './dns.ts';
import { inNetworks, plainIp } from './network.ts';
import { judgeRecipient, type Rat, recipientAccessTable } from './rat.ts';
import { receivedHeader } from './received.ts';

const table = (more: Record<string, unknown> = {}): Rat =>
  recipientAccessTable(Config.parse({ recipientDomains: ['us.example', '.sub.us.example'], ...more }));
const foreign = { relay: false, utf8: true };

it('a network list takes only what is in it', () => {
  const relays = inNetworks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', 'nonsense', '1.2.3.4/99', '::::/0']);
  expect(['10.255.0.1', '192.0.2.7', '2001:db8:1::1'].map(relays)).toEqual([true, true, true]);
  expect(['11.0.0.1', '192.0.2.8', '2001:db9::1', '1.2.3.4', '', 'x'].map(relays)).toEqual(
    Array(6).fill(false),
  );
  expect(plainIp('::ffff:10.0.0.1')).toBe('10.0.0.1');
});

it('an empty table takes nothing', () => {
  const closed = table({ recipientDomains: [] });
  for (const address of ['a@us.example', 'postmaster', 'a@', '@', 'a@.us.example'])
    expect(judgeRecipient(address, foreign, closed)).toMatchObject({ ok: false });
});

it('nothing foreign passes the table, whatever it looks like', () => {
  const rat = table();
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', '.', 'us.example', '@', '%', '!'), (a, b) => {
      const verdict = judgeRecipient(`${a}${b}@dom.test`, foreign, rat);
      expect(verdict.ok).toBe(false);
      expect(judgeRecipient(`user@${a}.test`, foreign, rat).ok).toBe(false);
    }),
  );
});

it('the byte guard agrees with the definition, however the bytes are cut', () => {
  const byte = fc.constantFrom(0, 10, 13, 65);
  fc.assert(
    fc.property(fc.array(fc.array(byte, { maxLength: 6 }), { maxLength: 6 }), (chunks) => {
      const all = Buffer.from(chunks.flat()).toString('latin1');
      const clean = !/\0/.test(all) && !/[\r\n]/.test(all.replaceAll('\r\n', ''));
      const guard = createGuard();
      for (const chunk of chunks) guard.push(Buffer.from(chunk));
      expect(guard.end()).toBe(clean);
    }),
    { numRuns: 2000 },
  );
});

it('a trace header is one header of printable text, whatever the client called itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (helo, reverseDns) => {
      const trace = {
        helo,
        reverseDns,
        ip: '2001:db8::1',
        hostname: 'h',
        protocol: 'ESMTP',
        mid: 1,
        at: 0,
      };
      expect(receivedHeader(trace).toString()).toMatch(
        /^Received: from [\x21-\x7e]+ \([\x20-\x7e]+\)\r\n\tby h with ESMTP id 1; Thu, 01 Jan 1970 00:00:00 \+0000\r\n$/,
      );
    }),
  );
});

it('a host name from DNS is one, or nothing', async () => {
  const named = (name: string): Promise<string> =>
    reverseName({ reverse: () => Promise.resolve([name]) }, '192.0.2.1', 50);
  expect(await named('Mail.Example.COM.')).toBe('mail.example.com');
  expect(await Promise.all(['a\r\nb', '<script>', 'a b', '', '-x.y', 'x'.repeat(300)].map(named))).toEqual(
    Array(6).fill(''),
  );
  expect(await reverseName({ reverse: () => new Promise(() => undefined) }, '192.0.2.1', 10)).toBe('');
  expect(await reverseName({ reverse: () => Promise.reject(new Error('NXDOMAIN')) }, '192.0.2.1', 10)).toBe(
    '',
  );
});
