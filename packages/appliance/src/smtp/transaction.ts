/** MAIL and RCPT: who may send what to whom. Each throws the refusal to answer. */
import type { Reply } from '@sightline/api';
import type { SMTPServerAddress, SMTPServerSession } from 'smtp-server';
import { domainOf } from '../queue/route.ts';
import { parseMailbox } from './address.ts';
import { blocked, keepOut } from './admit.ts';
import { maySendFrom } from './login.ts';
import type { ListenerParts } from './parts.ts';
import { judgeRecipient } from './rat.ts';
import { Refusal } from './refusal.ts';
import { type Peer, userOf } from './session.ts';

type Parts = Pick<
  ListenerParts,
  'settings' | 'tables' | 'meters' | 'login' | 'space' | 'blocklisted' | 'pressure'
>;

/** Whether the client may send anywhere: by its sender group, or because it logged in. */
export const mayRelay = ({ policy }: Peer, session: SMTPServerSession): boolean =>
  policy.behavior === 'RELAY' || userOf(session) !== '';

export async function checkMail(
  parts: Parts,
  { address, args }: SMTPServerAddress,
  session: SMTPServerSession,
  peer: Peer,
): Promise<void> {
  const { policy } = peer;
  keepOut(parts, peer);
  yieldTo(parts.pressure.message());
  checkClient(parts, session, peer);
  if (peer.messages >= policy.messagesPerConnection)
    throw new Refusal(421, '4.7.0 Too many messages at once.', { by: `mail flow policy ${policy.name}` });
  const announced = args === false ? 0 : Number(args.SIZE ?? 0);
  if (announced > peer.maxSize)
    throw new Refusal(552, `5.3.4 The message is larger than ${peer.maxSize} bytes.`, {
      by: 'the size limit',
    });
  if (!(await parts.space.enough(Math.max(1.5 * peer.maxSize, 2 * announced))))
    throw new Refusal(452, '4.3.1 Insufficient system storage, try again later.', {
      by: 'the space on disk',
    });
  if (address !== '') checkAddress(address, session.envelope.smtpUtf8 === true);
  checkUser(parts, address, session);
}

/** What must have happened before any mail. */
function checkClient({ settings, meters }: Parts, session: SMTPServerSession, peer: Peer): void {
  const { policy } = peer;
  const { tls, kind } = settings();
  const by = `mail flow policy ${policy.name}`;
  if (!session.secure && (tls === 'required' || policy.tls === 'required'))
    throw new Refusal(530, '5.7.0 Must issue a STARTTLS command first.', { by });
  if (policy.auth === 'required' && userOf(session) === '')
    throw new Refusal(530, '5.7.0 Authentication required.', { by });
  if (kind === 'private' && !mayRelay(peer, session))
    throw new Refusal(550, '5.7.1 Relaying denied: this listener is for clients that may relay.', { by });
  const { invalidPerHour } = policy;
  if (invalidPerHour > 0 && meters.invalid.of(peer.ip) > invalidPerHour) throw harvest();
}

function checkAddress(address: string, utf8: boolean): void {
  if (!parseMailbox(address, true)) throw new Refusal(553, '5.1.7 The sender address is not valid.');
  if (!utf8 && !parseMailbox(address))
    throw new Refusal(553, '5.6.7 An address with other than ASCII characters needs SMTPUTF8.');
}

/** The queue cannot take it now: the client comes again. */
function yieldTo(reply: Reply | undefined): void {
  if (reply) throw new Refusal(reply.code, `${reply.status} ${reply.text}`, { by: 'the queue' });
}

/** Who logged in sends in the own name only. */
function checkUser({ login }: Parts, address: string, session: SMTPServerSession): void {
  const name = userOf(session);
  if (name === '') return;
  const user = login?.known(name);
  const by = `submission user ${name}`;
  if (!user) throw new Refusal(530, '5.7.0 Authentication required.', { by });
  if (!maySendFrom(user, address))
    throw new Refusal(553, '5.7.1 You are not allowed to send from this address.', { by });
}

/** Puts the recipient in place of what was written. */
export function checkRecipient(
  { tables, meters, pressure }: Parts,
  address: SMTPServerAddress,
  session: SMTPServerSession,
  peer: Peer,
): void {
  const { policy, ip } = peer;
  if (policy.behavior === 'REJECT') throw blocked(peer);
  const asking = { relay: mayRelay(peer, session), utf8: session.envelope.smtpUtf8 === true };
  const verdict = judgeRecipient(address.address, asking, tables().rat);
  if (!verdict.ok) {
    const { invalidPerHour } = policy;
    if (verdict.invalid && meters.invalid.add(ip) > invalidPerHour && invalidPerHour > 0) throw harvest();
    throw new Refusal(verdict.code, verdict.text, { by: 'the Recipient Access Table' });
  }
  yieldTo(pressure.recipient(domainOf(verdict.address)));
  if (!verdict.unmetered && policy.recipientsPerHour > 0) {
    if (meters.recipients.of(ip) >= policy.recipientsPerHour)
      throw new Refusal(452, '4.7.1 Too many recipients received this hour.', {
        by: `mail flow policy ${policy.name}`,
      });
    meters.recipients.add(ip);
  }
  address.address = verdict.address;
}

const harvest = (): Refusal =>
  new Refusal(421, '4.7.1 Too many invalid recipients this hour.', {
    by: 'Directory Harvest Attack Prevention',
    hangUp: true,
  });
