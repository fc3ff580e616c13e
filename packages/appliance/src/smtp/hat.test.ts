import { Config, type ConfigPart, type Listener } from '@sightline/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../queue/message.ts';
import { leadsBack } from './dns.ts';
import { DNSLIST_LIMITS, dnsLists, reversed } from './dnslist.ts';
import { hostAccessTable, type Match } from './hat.ts';
import { hourly } from './hourly.ts';
import { maySendFrom } from './login.ts';
import { judgeRecipient, recipientAccessTable } from './rat.ts';
import { Refusal } from './refusal.ts';
import { type Attempt, refusedRecords } from './refused.ts';

describe('Host Access Table', () => {
  const groups = (...list: [name: string, policy: string, ...senders: string[]][]): ConfigPart => ({
    senderGroups: list.map(([name, policy, ...senders]) => ({ name, policy, senders })),
  });
  const find = async (
    part: ConfigPart,
    ip: string,
    { host = '', zones = [] as string[], listener = {} as Partial<Listener> } = {},
  ): Promise<string> => {
    const config = Config.parse(part);
    const client = { ip, host: async () => host, listed: async (zone: string) => zones.includes(zone) };
    const match: Match = await hostAccessTable(config)({ ...config.listener, ...listener }, client);
    return `${match.group} ${match.policy.name} ${match.by}`;
  };

  it('takes the first group that fits, whatever kind of entry it is', async () => {
    const part = groups(
      ['HOSTS', 'TRUSTED', 'mail.good.example', '.partner.example'],
      ['LISTED', 'BLOCKED', 'dnslist[bl.example.org]'],
      ['NETS', 'THROTTLED', '192.0.2.0/24', '198.51.100.5-9', '2001:db8::/32'],
    );
    expect(await find(part, '192.0.2.7')).toBe('NETS THROTTLED 192.0.2.7');
    expect(await find(part, '198.51.100.9')).toBe('NETS THROTTLED 198.51.100.9');
    expect(await find(part, '198.51.100.10')).toBe('UNKNOWNLIST ACCEPTED ALL');
    expect(await find(part, '2001:db8:1::1')).toBe('NETS THROTTLED 2001:db8:1::1');
    expect(await find(part, '192.0.2.7', { zones: ['bl.example.org'] })).toBe(
      'LISTED BLOCKED dnslist[bl.example.org]',
    );
    expect(await find(part, '192.0.2.7', { zones: ['bl.example.org'], host: 'mail.good.example' })).toBe(
      'HOSTS TRUSTED mail.good.example',
    );
    expect(await find(part, '9.9.9.9', { host: 'a.partner.example' })).toBe(
      'HOSTS TRUSTED a.partner.example',
    );
    expect(await find(part, '9.9.9.9', { host: 'partner.example' })).toBe('UNKNOWNLIST ACCEPTED ALL');
    expect(await find(part, '9.9.9.9', { host: 'evilpartner.example' })).toBe('UNKNOWNLIST ACCEPTED ALL');
  });

  it('asks DNS only for what stands before the first sure match', async () => {
    const config = Config.parse(
      groups(['NETS', 'TRUSTED', '10.0.0.0/8'], ['L', 'BLOCKED', 'dnslist[x.org]']),
    );
    const asked: string[] = [];
    const client = {
      ip: '10.1.1.1',
      host: async () => '',
      listed: async (zone: string) => asked.push(zone) > 0,
    };
    expect((await hostAccessTable(config)(config.listener, client)).group).toBe('NETS');
    expect(asked).toEqual([]);
  });

  it('makes RELAYLIST of the relay networks, wherever it stands', async () => {
    expect(await find({ relayNetworks: ['10.0.0.0/8'] }, '10.1.1.1')).toBe('RELAYLIST RELAYED 10.1.1.1');
    const blocked = groups(['BLOCKED_LIST', 'BLOCKED', '10.1.1.1']);
    expect(await find({ ...blocked, relayNetworks: ['10.0.0.0/8'] }, '10.1.1.1')).toMatch(/^RELAYLIST /);
    const ordered = groups(['BLOCKED_LIST', 'BLOCKED', '10.1.1.1'], ['RELAYLIST', 'RELAYED']);
    expect(await find({ ...ordered, relayNetworks: ['10.0.0.0/8'] }, '10.1.1.1')).toMatch(/^BLOCKED_LIST /);
    expect(await find({ ...ordered, relayNetworks: ['10.0.0.0/8'] }, '10.1.1.2')).toMatch(/^RELAYLIST /);
  });

  it('goes on after a CONTINUE policy, keeps to its listeners, and ends with the policy of the listener', async () => {
    const part: ConfigPart = {
      flowPolicies: [
        { name: 'GO_ON', behavior: 'CONTINUE' },
        { name: 'ACCEPTED' },
        { name: 'BLOCKED', behavior: 'REJECT' },
      ],
      senderGroups: [
        { name: 'A', policy: 'GO_ON', senders: ['ALL'] },
        { name: 'B', policy: 'BLOCKED', senders: ['ALL'], listeners: ['Other'] },
      ],
    };
    expect(await find(part, '192.0.2.1')).toBe('UNKNOWNLIST ACCEPTED ALL');
    expect(await find(part, '192.0.2.1', { listener: { name: 'Other' } })).toBe('B BLOCKED ALL');
    expect(await find(part, '192.0.2.1', { listener: { policy: 'BLOCKED' } })).toBe(
      'UNKNOWNLIST BLOCKED ALL',
    );
  });
});

describe('a host name', () => {
  const dns = (address: string) => ({
    reverse: async () => ['mail.example.com'],
    addresses: async () => [{ address, ttl: 60 }],
  });
  it('counts only when it leads back to the address', async () => {
    expect(await leadsBack(dns('192.0.2.7'), 'mail.example.com', '192.0.2.7', 50)).toBe(true);
    expect(await leadsBack(dns('192.0.2.8'), 'mail.example.com', '192.0.2.7', 50)).toBe(false);
    expect(await leadsBack(dns('2001:DB8:0::7'), 'mail.example.com', '2001:db8::7', 50)).toBe(true);
    expect(await leadsBack(dns('192.0.2.7'), '', '192.0.2.7', 50)).toBe(false);
  });
});

describe('DNS lists', () => {
  const lists = (answer: (name: string) => Promise<{ address: string; ttl: number }[]>, ms = 50) => {
    const state = { now: 0, asked: [] as string[] };
    const ask = dnsLists(
      {
        addresses: (name) => {
          state.asked.push(name);
          return answer(name);
        },
      },
      () => state.now,
      { ...DNSLIST_LIMITS, ms },
    );
    return { state, ask };
  };
  const says =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, ttl: 100 }));

  it('ask for the address backwards', () => {
    expect(reversed('192.0.2.7')).toBe('7.2.0.192');
    const nibbles = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2';
    expect(reversed('2001:db8::1')).toBe(nibbles);
    expect(reversed('2001:0db8:0:0::0:1')).toBe(nibbles);
    expect(reversed('::')).toBe(Array(32).fill('0').join('.'));
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const digits = reversed(ip)
          .split('.')
          .reverse()
          .join('')
          .replace(/.{4}(?!$)/g, '$&:');
        expect(new URL(`http://[${digits}]/`).host).toBe(new URL(`http://[${ip}]/`).host);
      }),
    );
  });

  it.each([
    [['127.0.0.2'], true],
    [['127.0.0.10', '127.255.255.254'], true],
    [['127.255.255.252'], false],
    [['127.255.255.253'], false],
    [['127.255.255.254'], false],
    [['127.255.255.255'], false],
    [['127.255.255.251'], true],
    [['93.184.216.34'], false],
  ])('%j is a listing: %s', async (addresses, listed) => {
    expect(await lists(says(...addresses)).ask('192.0.2.7', 'bl.example.org')).toBe(listed);
  });

  it('keep answers for as long as they say, and ask once at a time', async () => {
    const { state, ask } = lists(says('127.0.0.2'));
    await Promise.all([ask('192.0.2.7', 'z.org'), ask('192.0.2.7', 'z.org'), ask('192.0.2.8', 'z.org')]);
    expect(state.asked).toEqual(['7.2.0.192.z.org', '8.2.0.192.z.org']);
    state.now = 99_000;
    await ask('192.0.2.7', 'z.org');
    expect(state.asked).toHaveLength(2);
    state.now = 101_000;
    await ask('192.0.2.7', 'z.org');
    expect(state.asked).toHaveLength(3);
  });

  it('list nobody when they fail or are slow, and are asked again soon', async () => {
    const dead = lists(() => Promise.reject(Object.assign(new Error('x'), { code: 'ESERVFAIL' })));
    expect(await dead.ask('192.0.2.7', 'z.org')).toBe(false);
    dead.state.now = 31_000;
    await dead.ask('192.0.2.7', 'z.org');
    expect(dead.state.asked).toHaveLength(2);
    const slow = lists(() => new Promise(() => undefined), 10);
    expect(await slow.ask('192.0.2.7', 'z.org')).toBe(false);
    const none = lists(() => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })));
    expect(await none.ask('192.0.2.7', 'z.org')).toBe(false);
    none.state.now = 200_000;
    await none.ask('192.0.2.7', 'z.org');
    expect(none.state.asked).toHaveLength(1);
  });
});

describe('Recipient Access Table', () => {
  const rat = recipientAccessTable(
    Config.parse({
      recipientTable: [
        { recipient: 'boss@us.example', action: 'reject', reply: '550 5.2.1 Gone fishing' },
        { recipient: 'slow@us.example', action: 'reject', reply: '451 Later' },
        { recipient: 'list@us.example', bypassThrottle: true },
        { recipient: 'spamtrap@', action: 'reject', reply: 'No such user' },
        { recipient: 'abuse@' },
        { recipient: 'old.us.example', action: 'reject' },
        { recipient: '.us.example' },
        { recipient: 'j\u00f6rg@us.example', action: 'reject' },
        { recipient: 'ALL', action: 'reject', reply: '550 5.1.2 We do not know that domain' },
      ],
      recipientDomains: ['us.example'],
    }),
  );
  const judge = (address: string): string => {
    const verdict = judgeRecipient(address, { relay: false, utf8: true }, rat);
    return verdict.ok
      ? `${verdict.address}${verdict.unmetered ? ' unmetered' : ''}`
      : `${verdict.code} ${verdict.text}`;
  };

  it.each([
    ['ann@us.example', 'ann@us.example'],
    ['Boss@US.example', '550 5.2.1 Gone fishing'],
    ['boss@a.us.example', 'boss@a.us.example'],
    ['slow@us.example', '451 4.7.1 Later'],
    ['list@us.example', 'list@us.example unmetered'],
    ['spamtrap@us.example', '550 5.7.1 No such user'],
    ['abuse@us.example', 'abuse@us.example'],
    ['abuse@dom.test', '550 5.1.2 We do not know that domain'],
    ['x@old.us.example', '550 5.7.1 Relaying denied.'],
    ['J\u00d6RG@us.example', '550 5.7.1 Relaying denied.'],
    ['jo\u0308rg@us.example', '550 5.7.1 Relaying denied.'],
    ['x@dom.test', '550 5.1.2 We do not know that domain'],
    ['postmaster', 'postmaster@us.example unmetered'],
    ['a%b@us.example', '550 5.7.1 Relaying denied: source routes are not followed.'],
  ])('%s: %s', (address, answer) => expect(judge(address)).toBe(answer));

  it('wants SMTPUTF8 for what needs it', () => {
    const plain = { relay: true, utf8: false };
    expect(judgeRecipient('j\u00f6@us.example', plain, rat)).toMatchObject({ ok: false, code: 553 });
    expect(judgeRecipient('j\u00f6@us.example', { ...plain, utf8: true }, rat)).toMatchObject({ ok: true });
    expect(judgeRecipient('jo@b\u00fccher.example', plain, rat)).toMatchObject({
      ok: true,
      address: 'jo@xn--bcher-kva.example',
    });
    for (const evil of [
      'a\u202eb@us.example',
      'a\u200bb@us.example',
      'a\ufffdb@us.example',
      'a\u0085b@us.example',
    ])
      expect(judgeRecipient(evil, { relay: true, utf8: true }, rat)).toMatchObject({ ok: false });
  });
});

it('a submission user sends from what is his', () => {
  const user = { senders: ['Ann@us.example', 'them.example', '.dev.example', 'bot@'] };
  const may = (address: string): boolean => maySendFrom(user, address);
  expect(['ann@US.example', 'x@them.example', 'x@a.dev.example', 'bot@any.test'].map(may)).toEqual(
    Array(4).fill(true),
  );
  expect(['bob@us.example', 'x@dev.example', 'x@them.example.evil.test', '', 'ann'].map(may)).toEqual(
    Array(5).fill(false),
  );
  expect(maySendFrom({ senders: ['ALL'] }, '')).toBe(true);
});

it('an hour is counted from its first event, and old ones are forgotten', () => {
  let now = 0;
  const counts = hourly(() => now, 2);
  expect([counts.add('a'), counts.add('a', 5), counts.of('a'), counts.of('b')]).toEqual([1, 6, 6, 0]);
  now = 3_600_000;
  expect(counts.of('a')).toBe(0);
  for (const key of ['a', 'b', 'c']) counts.add(key);
  expect(['a', 'b', 'c'].map((key) => counts.of(key))).toEqual([0, 1, 1]);
});

describe('records of what was refused', () => {
  const attempt = (ip: string, more: Partial<Attempt> = {}): Attempt => ({
    stage: 'connect',
    icid: 3,
    direction: 'incoming',
    ip,
    reverseDns: '',
    helo: '',
    tls: '',
    senderGroup: 'BLOCKED_LIST',
    flowPolicy: 'BLOCKED',
    listener: 'IncomingMail',
    sender: '',
    recipients: [],
    refusals: [new Refusal(554, '5.7.1 Go away.', { by: 'sender group BLOCKED_LIST' })],
    ...more,
  });
  const records = (enabled = true) => {
    const state = { now: 0, events: [] as Draft[][] };
    let mid = 0;
    const tell = refusedRecords({
      enabled: () => enabled,
      next: () => ++mid,
      clock: () => state.now,
      emit: (events) => void state.events.push(events),
    });
    return { state, tell };
  };

  it('open a record of their own and say why', () => {
    const { state, tell } = records();
    tell(attempt('192.0.2.1'));
    expect(state.events).toMatchObject([
      [
        { type: 'accepted', mid: 1, stage: 'connect', listener: 'IncomingMail', recipients: [], size: 0 },
        {
          type: 'rejected',
          mid: 1,
          stage: 'connect',
          by: 'sender group BLOCKED_LIST',
          reply: { code: 554, status: '5.7.1', text: 'Go away.' },
        },
      ],
    ]);
  });

  it('name each recipient with its own answer', () => {
    const { state, tell } = records();
    const refusals = [new Refusal(550, '5.7.1 No.'), new Refusal(452, '4.7.1 Later.')];
    tell(attempt('192.0.2.1', { stage: 'rcpt', recipients: ['a@x.test', 'b@x.test'], refusals }));
    expect(state.events[0]?.slice(1)).toMatchObject([
      { rid: 0, reply: { code: 550 } },
      { rid: 1, reply: { code: 452 } },
    ]);
  });

  it('are bounded in a flood, by address and in all, and can be switched off', () => {
    const { state, tell } = records();
    for (let i = 0; i < 1000; i++) tell(attempt('192.0.2.1'));
    expect(state.events).toHaveLength(20);
    for (let i = 0; i < 1000; i++) tell(attempt(`10.0.${i >> 8}.${i & 255}`));
    expect(state.events).toHaveLength(600);
    state.now = 60_000;
    tell(attempt('192.0.2.1'));
    expect(state.events).toHaveLength(601);
    const off = records(false);
    off.tell(attempt('192.0.2.1'));
    expect(off.state.events).toEqual([]);
  });
});
