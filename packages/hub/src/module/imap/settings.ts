/** The settings of an IMAP Mailbox module: what is wrong with them, and what they say. Pure. */
import { X509Certificate } from 'node:crypto';
import type { FieldProblem, Settings } from '@sightline/api';
import { problem } from '../settings.ts';
import { domainOf } from './recipient.ts';

export type LogIn = 'master-login' | 'master-plain' | 'account';

export interface MailServer {
  host: string;
  port: number;
  /** TLS from the first byte; else STARTTLS. Never without. */
  implicit: boolean;
  /** PEM; undefined: the authorities that Node trusts. */
  ca: string[] | undefined;
  /** Lower case. */
  domains: ReadonlySet<string>;
  logIn: LogIn;
  user: string;
  password: string;
  mailboxName: string;
  loginName: string;
  sharedFolder: string;
  testMailbox: string;
  /** Empty: all. */
  folders: readonly string[];
  target: string;
  mostMailboxes: number;
  mailboxMs: number;
}

const text = (settings: Settings, key: string): string => String(settings[key] ?? '').trim();
const list = (value: string): string[] =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

export function serverOf(settings: Settings): MailServer {
  const implicit = settings.tls !== 'starttls';
  const ca = certificatesOf(text(settings, 'ca'));
  return {
    host: hostOf(text(settings, 'host')) ?? '',
    port: Number(settings.port ?? 0) || (implicit ? 993 : 143),
    implicit,
    ca: ca.length > 0 ? ca : undefined,
    domains: new Set(list(text(settings, 'domains')).map((one) => one.toLowerCase())),
    logIn: text(settings, 'auth-type') as LogIn,
    user: text(settings, 'user'),
    password: String(settings.password ?? ''),
    mailboxName: text(settings, 'mailbox-name') || '{user}',
    loginName: text(settings, 'login-name') || '{name}*{master}',
    sharedFolder: text(settings, 'shared-folder'),
    testMailbox: text(settings, 'test-mailbox').toLowerCase(),
    folders: list(text(settings, 'folders')),
    target: text(settings, 'target'),
    mostMailboxes: Number(settings.limit_mailboxes),
    mailboxMs: Number(settings.limit_seconds) * 1000,
  };
}

/** A host in its canonical form; undefined for what is none, or is more. */
function hostOf(given: string): string | undefined {
  const url = URL.parse(`https://${given.includes(':') ? `[${given}]` : given}`);
  const more = url && (url.username || url.password || url.port || url.search || url.hash);
  if (!url || more || url.pathname !== '/' || /[\s/@?#\\]/.test(given)) return undefined;
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** Certificates of a pasted text, which may have lost its line ends. */
const certificatesOf = (pasted: string): string[] =>
  [...pasted.matchAll(PEM)].map(([, inside = '']) => {
    const lines = inside.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  });

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const CONTROL = /\p{Cc}/u;

export function settingsProblems(settings: Settings): FieldProblem[] {
  const server = serverOf(settings);
  const wrong = (key: string, is: boolean, message: string) => (is ? [problem(key, message)] : []);
  const strange = [...server.domains].find((one) => !DOMAIN.test(one));
  return [
    ...wrong('host', server.host === '', 'Enter a host name or an address, such as imap.example.com.'),
    ...wrong(
      'port',
      server.port < 1024 && server.port !== 143 && server.port !== 993,
      'Ports below 1024 are closed but for 143 and 993.',
    ),
    ...wrong('domains', server.domains.size === 0 || server.domains.size > 200, 'Enter 1 to 200 domains.'),
    ...wrong('domains', strange !== undefined, `${strange} is no domain. Write them like example.com.`),
    ...wrong('ca', !isReadable(server, text(settings, 'ca')), 'Paste certificates in PEM form.'),
    ...logInProblems(server),
    ...wrong(
      'target',
      CONTROL.test(server.target) || server.target.length > 200 || /[%*]/.test(server.target),
      'A folder has up to 200 characters, without % and *.',
    ),
  ];
}

function isReadable({ ca }: MailServer, pasted: string): boolean {
  if (pasted === '') return true;
  try {
    return ca?.every((pem) => new X509Certificate(pem).raw.length > 0) ?? false;
  } catch {
    return false;
  }
}

function logInProblems(server: MailServer): FieldProblem[] {
  const { logIn, testMailbox, domains } = server;
  const wrong = (key: string, is: boolean, message: string) => (is ? [problem(key, message)] : []);
  const master = logIn !== 'account';
  const unnamed = !/\{(user|local)\}/.test(server.mailboxName);
  return [
    ...wrong('user', CONTROL.test(server.user), 'A user name has no control characters.'),
    ...wrong('mailbox-name', master && unnamed, 'It must hold {user} or {local}.'),
    ...wrong(
      'login-name',
      logIn === 'master-login' && !server.loginName.includes('{name}'),
      'It must hold {name}.',
    ),
    ...wrong(
      'test-mailbox',
      (master || testMailbox !== '') && !domains.has(domainOf(testMailbox)),
      'Enter an address of the domains above that has a mailbox.',
    ),
  ];
}
