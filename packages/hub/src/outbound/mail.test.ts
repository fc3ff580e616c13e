/** Mail servers that people name are looked at like everything else, by port rules of their own. */
import { expect, it } from 'vitest';
import { open } from './fixture.ts';

const zone: Record<string, string[]> = {
  'imap.example.com': ['198.18.0.1'],
  'mixed.example.com': ['9.9.9.9', '127.0.0.1'],
  'public.example.com': ['9.9.9.9', '2620:fe::fe'],
};
const out = (...allow: string[]) => open({ allow, resolve: async (name) => zone[name] ?? [] });

it('hands out all addresses of a public server', async () => {
  for (const port of [143, 993, 1993])
    expect(await out().mail({ host: 'public.example.com', port })).toEqual(zone['public.example.com']);
});

it.each([22, 25, 80, 110, 443, 445, 587, 995])('port %d belongs to another protocol', async (port) => {
  const asked = out('9.9.9.9').mail({ host: '9.9.9.9', port });
  await expect(asked).rejects.toMatchObject({ code: 'address_refused' });
});

it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'imap.example.com', 'mixed.example.com'])(
  '%s is refused, whichever of its addresses is not public',
  async (host) => {
    await expect(out().mail({ host, port: 993 })).rejects.toMatchObject({ code: 'address_refused' });
  },
);

it('networks that the operator named are open', async () => {
  expect(await out('10.0.0.0/8').mail({ host: '10.0.0.1', port: 993 })).toEqual(['10.0.0.1']);
});

it('says when a name is not known', async () => {
  const asked = out().mail({ host: 'nowhere.example.com', port: 993 });
  await expect(asked).rejects.toMatchObject({ code: 'connection_error' });
});
