/** AUTH of mail submission (RFC 4954): who a client is, and what it may send from. */
import { recipientOf } from '@sightline/api';
import type { Passwords } from '@sightline/api/web/password';
import { quota } from '@sightline/api/web/quota';
import type { SMTPServerAuthentication, SMTPServerSession } from 'smtp-server';
import { parseMailbox } from './address.ts';
import type { SmtpLimits } from './parts.ts';
import { Refusal } from './refusal.ts';
import type { Peer } from './session.ts';
import type { SubmissionStore, SubmissionUser } from './store.ts';

export interface Login {
  /** @returns the name as it is kept; throws the refusal to answer */
  check(name: string, password: string, ip: string): Promise<string>;
  /** A user who may log in now. */
  known(name: string): SubmissionUser | undefined;
  close(): void;
}

export interface LoginParts {
  users: Pick<SubmissionStore, 'user' | 'touch' | 'close'>;
  passwords: Passwords;
  clock(): number;
}

/** Failures within 15 minutes before an address or an account has to wait. */
const MOST_PER_IP = 10;
const MOST_PER_USER = 50;
const WINDOW_S = 900;

const WRONG = '5.7.8 The user name or the password is wrong.';

export function login({ users, passwords, clock }: LoginParts): Login {
  const byIp = quota(MOST_PER_IP, WINDOW_S);
  const byUser = quota(MOST_PER_USER, WINDOW_S);
  const known = (name: string): SubmissionUser | undefined => {
    const user = users.user(name);
    return user?.disabled ? undefined : user;
  };
  return {
    close: () => users.close(),
    known,
    async check(name, password, ip) {
      const now = clock();
      const account = name.toLowerCase().slice(0, 320);
      // Counted before the work, so that many attempts at once are no way around it.
      try {
        byIp.take(ip, now);
        byUser.take(account, now);
      } catch {
        throw new Refusal(454, '4.7.0 Too many failed logins. Wait 15 minutes.', {
          by: 'SMTP AUTH',
          hangUp: true,
        });
      }
      const user = known(name);
      if (!(await passwords.verify(password, user?.password)) || !user)
        throw new Refusal(535, WRONG, { by: 'SMTP AUTH' });
      byIp.back(ip, now);
      byUser.back(account, now);
      users.touch(user.name, now);
      return user.name;
    },
  };
}

interface LogInParts {
  login: Login | undefined;
  limits: Pick<SmtpLimits, 'logins'>;
}

/** Answers one AUTH, or what a trusted proxy says of a client (XCLIENT LOGIN); @returns the user's name */
export async function logIn(
  { login, limits }: LogInParts,
  { username = '', password, authzid = '', method }: SMTPServerAuthentication,
  { secure }: SMTPServerSession,
  peer: Peer,
): Promise<string> {
  const wrong = new Refusal(535, WRONG, { by: 'SMTP AUTH' });
  if (!login || (authzid !== '' && authzid !== username)) throw wrong;
  const user = method === 'XCLIENT' ? login.known(username)?.name : undefined;
  if (user !== undefined) return user;
  if (!secure || method === 'XCLIENT') throw wrong;
  try {
    return await login.check(username, password ?? '', peer.ip);
  } catch (error) {
    if (++peer.failures < limits.logins) throw error;
    throw new Refusal(421, '4.7.0 Too many failed logins.', { by: 'SMTP AUTH', hangUp: true });
  }
}

/** Whether the user may send from an envelope address; the null sender is for those who may send from any. */
export function maySendFrom({ senders }: Pick<SubmissionUser, 'senders'>, address: string): boolean {
  const mailbox = parseMailbox(address, true);
  const local = mailbox?.local.normalize('NFC').toLowerCase();
  return senders.some((text) => {
    const one = recipientOf(text);
    if (one?.kind === 'all') return true;
    if (!mailbox || !one) return false;
    if (one.kind === 'domain') return mailbox.domain === one.domain;
    if (one.kind === 'subdomains') return mailbox.domain.endsWith(one.suffix);
    return local === one.local && (one.kind === 'user' || mailbox.domain === one.domain);
  });
}
