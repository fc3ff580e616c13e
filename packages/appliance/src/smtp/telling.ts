/** A refusal is counted, told to tracking with what is known of the client, and answered. */
import type { Stage } from '@sightline/api';
import type { SMTPServerSession } from 'smtp-server';
import type { Head } from '../queue/message.ts';
import type { ListenerParts } from './parts.ts';
import { type Refusal, trouble } from './refusal.ts';
import type { Attempt } from './refused.ts';
import { heloOf, type Peer, tlsOf, userOf } from './session.ts';
import { mayRelay } from './transaction.ts';

/** Refused recipients of one transaction that tracking is told of. */
const MOST_REFUSED = 100;

type About = Partial<Pick<Attempt, 'mid' | 'sender' | 'recipients'>>;

export interface Telling {
  /** Does what a command asks for; throws the refusal once it is counted and told. */
  judge<T>(
    stage: Stage,
    session: SMTPServerSession,
    peer: Peer,
    work: () => T | Promise<T>,
    about?: About,
  ): Promise<T>;
  tell(stage: Stage, session: SMTPServerSession, peer: Peer, refusals: Refusal[], about?: About): void;
  /** Counts a refused recipient and keeps it until the transaction is over; returns the refusal. */
  recipient(peer: Peer, address: string, error: unknown): Refusal;
  /** Tells of the recipients that were refused in the transaction that is over. */
  flush(session: SMTPServerSession, peer: Peer): void;
}

type Facts = Pick<Head, 'icid' | 'direction' | 'ip' | 'helo' | 'tls' | 'senderGroup' | 'user'> & {
  flowPolicy: string;
  listener: string;
};

export function factsOf(session: SMTPServerSession, peer: Peer, listener: string): Facts {
  const user = userOf(session);
  return {
    icid: peer.icid,
    direction: mayRelay(peer, session) ? 'outgoing' : 'incoming',
    ip: peer.ip,
    helo: heloOf(session),
    tls: tlsOf(session),
    senderGroup: peer.group,
    flowPolicy: peer.policy.name,
    listener,
    ...(user ? { user } : {}),
  };
}

export function telling(parts: Pick<ListenerParts, 'settings' | 'rejected' | 'refused' | 'log'>): Telling {
  const { settings, rejected, refused, log } = parts;
  const tell: Telling['tell'] = (stage, session, peer, refusals, about = {}) => {
    const facts = factsOf(session, peer, settings().name);
    const attempt = { ...facts, stage, refusals, sender: '', recipients: [], ...about };
    peer.reverseDns
      .then((reverseDns) => refused({ ...attempt, reverseDns }))
      .catch((err: unknown) => log.error({ err }, 'tracking was not told of a refusal'));
  };
  return {
    tell,
    async judge(stage, session, peer, work, about) {
      try {
        return await work();
      } catch (error) {
        const refusal = trouble(error);
        rejected();
        if (!refusal.cause && !refusal.told) tell(stage, session, peer, [refusal], about);
        throw refusal;
      }
    },
    recipient(peer, address, error) {
      const refusal = trouble(error);
      const { recipients } = peer.refused;
      rejected();
      if (recipients.length < MOST_REFUSED) recipients.push({ address, refusal });
      return refusal;
    },
    flush(session, peer) {
      const { sender, recipients } = peer.refused;
      peer.refused = { sender: '', recipients: [] };
      if (recipients.length === 0) return;
      const about = { sender, recipients: recipients.map((one) => one.address) };
      tell(
        'rcpt',
        session,
        peer,
        recipients.map((one) => one.refusal),
        about,
      );
    },
  };
}
