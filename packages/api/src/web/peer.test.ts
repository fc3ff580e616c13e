import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Networks, peers } from './peer.ts';

describe('where a request came from', () => {
  const { of } = peers(['127.0.0.0/8', '10.0.0.0/8', '192.0.2.7', 'fd00::/8']);

  it.each([
    ['nobody in between', '203.0.113.9', undefined, '203.0.113.9'],
    ['a peer that is no proxy may say what it likes', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['one proxy', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'what stands left of the first stranger is his own word',
      '10.0.0.1',
      '1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    ['a chain of proxies', '10.0.0.1', '1.1.1.1, 198.51.100.1, 192.0.2.7', '198.51.100.1'],
    ['all of them proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['no word from the proxy', '10.0.0.1', undefined, '10.0.0.1'],
    ['nonsense from the proxy', '10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
    ['IPv4 on an IPv6 socket', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['IPv6', 'fd00::1', '[2001:db8::1]:443', '2001:db8::1'],
    ['with a port', '10.0.0.1', '198.51.100.1:5000', '198.51.100.1'],
    ['several headers', '10.0.0.1', ['1.1.1.1', '198.51.100.1'], '198.51.100.1'],
    ['in-process', undefined, '198.51.100.1', ''],
  ])('%s', (_, remote, forwarded, expected) => {
    expect(of(remote, forwarded as string | string[] | undefined)).toBe(expected);
  });

  it('is only ever what the connection or a proxy said, whatever the header', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(of('203.0.113.9', header)).toBe('203.0.113.9');
        expect(of('10.0.0.1', `${header}, 198.51.100.1`)).toBe('198.51.100.1');
      }),
    );
  });

  it('without proxies is the other end', () => {
    expect(peers([]).of('127.0.0.1', '198.51.100.1')).toBe('127.0.0.1');
  });
});

describe('networks', () => {
  it('are addresses with or without a length', () => {
    expect(Networks.parse('10.0.0.0/8, 192.0.2.7,fd00::/8')).toEqual(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
  });
  it.each(['', '10.0.0.0/33', '10.0.0', 'fd00::/129', 'proxy.example', '10.0.0.0/8;::1', '10.0.0.0/8,'])(
    'are not %j',
    (text) => expect(Networks.safeParse(text).success).toBe(false),
  );
});
