/** Settings, addresses and Message-IDs, without a server. */
import { describe, expect, it } from 'vitest';
import { TLS } from '../../outbound/fixture.ts';
import { checkSettings } from '../settings.ts';
import { FORM } from './bench.fixture.ts';
import { messageIdIn } from './messageid.ts';
import { mailboxesOf, mailboxOf, served } from './recipient.ts';
import { serverOf, settingsProblems } from './settings.ts';
import { IMAP_MAILBOX } from './type.ts';

const kind = { type: IMAP_MAILBOX, check: settingsProblems };
const LOGIN = { user: 'remedy', password: 'x' };
const settings = (more = {}) => checkSettings(kind, { ...FORM, ...LOGIN, ...more });
const server = (more = {}) => serverOf(settings(more));
const problems = (more: Record<string, string | number>): string[] => {
  try {
    settings(more);
    return [];
  } catch (error) {
    return ((error as { fields?: { path: string }[] }).fields ?? []).map(({ path }) => path);
  }
};

describe('settings', () => {
  it('have the usual port of the kind of TLS, and certificates whose line ends were lost', () => {
    expect(server()).toMatchObject({ port: 993, implicit: true, domains: new Set(['example.com']) });
    expect(server({ tls: 'starttls' }).port).toBe(143);
    expect(server({ ca: TLS.cert.replaceAll('\n', ' ') }).ca?.[0]?.trim()).toBe(TLS.cert.trim());
    expect(server({ host: 'IMAP.Example.COM.' }).host).toBe('imap.example.com');
  });

  it.each([
    [{ host: 'imap.example.com/x' }, 'settings.host'],
    [{ host: 'a@imap.example.com' }, 'settings.host'],
    [{ host: 'imap.example.com:993' }, 'settings.host'],
    [{ port: 25 }, 'settings.port'],
    [{ domains: 'example.com, no domain' }, 'settings.domains'],
    [{ ca: 'a certificate' }, 'settings.ca'],
    [{ ca: '-----BEGIN CERTIFICATE----- AAAA -----END CERTIFICATE-----' }, 'settings.ca'],
    [{ 'mailbox-name': 'everybody' }, 'settings.mailbox-name'],
    [{ 'login-name': 'admin' }, 'settings.login-name'],
    [{ 'test-mailbox': 'ann@elsewhere.example' }, 'settings.test-mailbox'],
    [{ target: 'a*' }, 'settings.target'],
  ])('%j is refused at %s', (more, path) => {
    expect(problems(more)).toEqual([path]);
  });
});

describe('recipients', () => {
  it('are only those of the domains that are served, each once', () => {
    const all = ['Ann@Example.com', 'ann@example.com', 'bob@sub.example.com', 'bob@evil.example', 'nobody'];
    expect(served(all, server())).toEqual(['ann@example.com']);
  });

  it('share a mailbox behind a plus sign, and are named as the form says', () => {
    const { mailboxes } = mailboxesOf(['ann@example.com', 'ann+news@example.com'], server());
    expect(mailboxes).toMatchObject([
      {
        addresses: ['ann@example.com', 'ann+news@example.com'],
        login: 'ann@example.com*remedy',
        authzid: '',
      },
    ]);
    expect(
      mailboxOf('ann@example.com', server({ 'auth-type': 'master-plain', 'mailbox-name': '{local}' })),
    ).toMatchObject({
      login: 'remedy',
      authzid: 'ann',
    });
    const shared = server({ 'auth-type': 'account', 'shared-folder': 'user/{local}' });
    expect(mailboxOf('ann@example.com', shared)).toMatchObject({
      login: 'remedy',
      authzid: '',
      root: 'user/ann',
    });
    const one = mailboxesOf(['ann@example.com', 'bob@example.com'], server({ 'auth-type': 'account' }));
    expect(one.mailboxes).toHaveLength(1);
  });

  it.each([
    'ann*bob@example.com',
    '"a b"@example.com',
    'a/../bob@example.com',
    'a%@example.com',
    '..@example.com',
    'a\r\nb LOGOUT@example.com',
    '@example.com',
  ])('%j names no mailbox', (address) => {
    expect(mailboxesOf([address], server()).strange).toEqual([address]);
  });

  it('never hold the sign that stands between mailbox and master', () => {
    const dashed = server({ 'login-name': '{master}-{name}' });
    expect(mailboxOf('ann-bob@example.com', dashed)).toBeUndefined();
    expect(mailboxOf('ann@example.com', dashed)?.login).toBe('remedy-ann@example.com');
  });
});

describe('Message-IDs', () => {
  it.each([
    ['Message-ID: <a@b>\r\n\r\n', 'a@b'],
    ['message-id:\r\n <a@b>\r\n\r\n', 'a@b'],
    ['Message-ID: a@b\r\n\r\n', 'a@b'],
    ['Message-ID: <a@b>\r\nMessage-ID: <a@b>\r\n\r\n', 'a@b'],
    ['Message-ID: <a@b>\r\nMessage-ID: <c@d>\r\n\r\n', undefined],
    ['Message-ID: <x@y> <a@b>\r\n\r\n', 'x@y> <a@b'],
    ['', undefined],
  ])('of %j is %j', (header, id) => {
    expect(messageIdIn(Buffer.from(header))).toBe(id);
  });
});
