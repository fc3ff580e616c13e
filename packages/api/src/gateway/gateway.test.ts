import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Config } from '../console.ts';
import { allListeners, flowPolicyOf } from './listener.ts';
import { recipientOf } from './recipient.ts';
import { senderOf } from './sender.ts';

describe('senders', () => {
  it.each([
    ['ALL', { kind: 'all' }],
    ['192.0.2.7', { kind: 'network', address: '192.0.2.7', prefix: 32, version: 4 }],
    ['10.0.0.0/8', { kind: 'network', address: '10.0.0.0', prefix: 8, version: 4 }],
    ['2001:DB8::/32', { kind: 'network', address: '2001:db8::', prefix: 32, version: 6 }],
    ['10.0.0.1-20', { kind: 'range', from: '10.0.0.1', to: '10.0.0.20', version: 4 }],
    ['10.0.0.1-10.0.1.0', { kind: 'range', from: '10.0.0.1', to: '10.0.1.0', version: 4 }],
    ['2001:db8::1-2001:db8::9', { kind: 'range', from: '2001:db8::1', to: '2001:db8::9', version: 6 }],
    ['Mail.Example.com', { kind: 'host', name: 'mail.example.com' }],
    ['.example.com', { kind: 'domain', suffix: '.example.com' }],
    ['dnslist[zen.example.org]', { kind: 'dnslist', zone: 'zen.example.org' }],
  ])('%s', (text, sender) => expect(senderOf(text)).toEqual(sender));

  it.each([
    '',
    '1.2.3',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.9-2',
    '1.2.3.4/8/9',
    '10.0.0.1-300',
    'dnslist[]',
    'dnslist[.x.org]',
    'a b',
    'x',
    '::1/129',
    '1.2.3.4-::1',
    '*.example.com',
  ])('%j is none', (text) => expect(senderOf(text)).toBeUndefined());

  it('reads anything without failing', () => {
    fc.assert(fc.property(fc.string(), (text) => void senderOf(text)));
    fc.assert(fc.property(fc.ipV4(), (ip) => senderOf(ip)?.kind === 'network'));
    fc.assert(fc.property(fc.ipV6(), (ip) => senderOf(ip)?.kind === 'network'));
  });
});

describe('recipients', () => {
  it.each([
    ['example.com', { kind: 'domain', domain: 'example.com' }],
    ['.Example.com', { kind: 'subdomains', suffix: '.example.com' }],
    ['Ann@Example.com', { kind: 'address', local: 'ann', domain: 'example.com' }],
    ['J\u00fcrg@example.com', { kind: 'address', local: 'j\u00fcrg', domain: 'example.com' }],
    ['abuse@', { kind: 'user', local: 'abuse' }],
    ['all', { kind: 'all' }],
  ])('%s', (text, pattern) => expect(recipientOf(text)).toEqual(pattern));

  it.each([
    '',
    '@',
    '@example.com',
    'a@.example.com',
    'a b@example.com',
    'a%b@example.com',
    'a@b@c.d',
    'a..',
  ])('%j is none', (text) => expect(recipientOf(text)).toBeUndefined());
});

it('a configuration of before is read as it was', () => {
  const config = Config.parse({
    hostname: 'esa.example.com',
    listener: { host: '0.0.0.0', port: 25, maxSize: 1_000_000 },
    recipientDomains: ['example.com'],
    relayNetworks: ['10.0.0.0/8'],
    tracking: { keepDays: 7 },
  });
  expect(config.listener).toMatchObject({
    name: 'IncomingMail',
    port: 25,
    kind: 'public',
    policy: 'ACCEPTED',
  });
  expect(allListeners(config)).toHaveLength(1);
  expect(config.senderGroups.map((group) => `${group.name} ${group.policy}`)).toEqual([
    'RELAYLIST RELAYED',
    'ALLOWED_LIST TRUSTED',
    'BLOCKED_LIST BLOCKED',
    'SUSPECTLIST THROTTLED',
  ]);
  expect(flowPolicyOf(config.flowPolicies, 'THROTTLED')).toMatchObject({
    behavior: 'ACCEPT',
    messagesPerConnection: 10,
    recipientsPerMessage: 20,
    maxSize: 1024 * 1024,
    connections: 10,
    recipientsPerHour: 20,
  });
  expect(flowPolicyOf(config.flowPolicies, 'gone')).toMatchObject({ name: 'gone', spam: true, dmarc: true });
});
