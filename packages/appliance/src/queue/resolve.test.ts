import { describe, expect, it } from 'vitest';
import { type Resolver, resolve } from './resolve.ts';
import type { Hop } from './route.ts';

const missing = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));

/** A zone: MX as `10 host`, addresses; anything else does not exist. */
const zone = (
  mx: Record<string, string[] | string>,
  addresses: Record<string, string[] | string> = {},
): Resolver => ({
  mx: (domain) => {
    const found = mx[domain] ?? 'ENOTFOUND';
    if (typeof found === 'string') return missing(found);
    return Promise.resolve(
      found.map((text) => ({ priority: Number(text.split(' ')[0]), exchange: text.split(' ')[1] ?? '' })),
    );
  },
  addresses: (host) => {
    const found = addresses[host] ?? 'ENOTFOUND';
    return typeof found === 'string' ? missing(found) : Promise.resolve(found);
  },
});

const dns: Hop = { mx: true, hosts: [], port: 25, lmtp: false };
const find = (resolver: Resolver, domain = 'x.test', hop = dns) =>
  resolve(hop, domain, { resolver, random: () => 0.5, self: 'Us.test' });
const ips = (way: Awaited<ReturnType<typeof find>>) =>
  'targets' in way ? way.targets.map(({ ip }) => ip) : way;

describe('a domain', () => {
  it('leads to its exchanges by preference, to all their addresses of both families', async () => {
    const resolver = zone(
      { 'x.test': ['20 b.test.', '10 A.test', '30 gone.test'] },
      { 'a.test': ['2001:db8::1', '192.0.2.1'], 'b.test': ['192.0.2.2'] },
    );
    expect(ips(await find(resolver))).toEqual(['2001:db8::1', '192.0.2.1', '192.0.2.2']);
  });

  it('without MX is a host itself', async () => {
    expect(ips(await find(zone({ 'x.test': 'ENODATA' }, { 'x.test': ['192.0.2.9'] })))).toEqual([
      '192.0.2.9',
    ]);
    expect(await find(zone({ 'x.test': 'ENODATA' }))).toMatchObject({
      final: true,
      reply: { status: '5.4.4' },
    });
  });

  it.each([
    ['that takes no mail (null MX)', { 'x.test': ['0 '] }, '5.1.10'],
    ['with a dot as its exchange', { 'x.test': ['0 .'] }, '5.1.10'],
    ['that does not exist', {}, '5.1.2'],
    ['whose first exchange is us', { 'x.test': ['10 us.test', '20 b.test'] }, '5.4.6'],
  ])('%s is refused for good', async (_, mx, status) => {
    expect(await find(zone(mx, { 'b.test': ['192.0.2.2'] }))).toMatchObject({
      final: true,
      reply: { status },
    });
  });

  it('with us among its exchanges goes only to those before us', async () => {
    const resolver = zone(
      { 'x.test': ['10 a.test', '20 us.test', '20 c.test', '30 b.test'] },
      { 'a.test': ['192.0.2.1'], 'b.test': ['192.0.2.2'], 'c.test': ['192.0.2.3'] },
    );
    expect(ips(await find(resolver))).toEqual(['192.0.2.1']);
  });

  it.each([['ETIMEOUT'], ['ESERVFAIL'], ['EAI_AGAIN']])('whose DNS says %s waits', async (code) => {
    expect(await find(zone({ 'x.test': code }))).toMatchObject({
      final: false,
      reply: { code: 0, status: '4.4.3' },
    });
    expect(await find(zone({ 'x.test': ['1 a.test'] }, { 'a.test': code }))).toMatchObject({ final: false });
  });

  it('that is an address literal is that address', async () => {
    expect(ips(await find(zone({}), '[192.0.2.5]'))).toEqual(['192.0.2.5']);
    expect(ips(await find(zone({}), '[ipv6:2001:db8::5]'))).toEqual(['2001:db8::5']);
  });
});

it('hosts of a route are tried in their order; one that is unknown is passed over', async () => {
  const hop: Hop = {
    mx: false,
    hosts: ['gone.test', 'b.test', '192.0.2.7'].map((host) => ({ host, port: 26 })),
    port: 26,
    lmtp: false,
  };
  const resolver = zone({}, { 'b.test': ['192.0.2.2'] });
  expect(ips(await find(resolver, 'x.test', hop))).toEqual(['192.0.2.2', '192.0.2.7']);
  const none = await find(resolver, 'x.test', { ...hop, hosts: [{ host: 'gone.test', port: 25 }] });
  expect(none).toMatchObject({ final: false, reply: { status: '4.4.4' } });
});
